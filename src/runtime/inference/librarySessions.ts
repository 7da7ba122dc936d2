import { AppError } from '../../core/errors'
import type { InferenceSession } from '../../nn/onnx/session'
import type { GraphFiles, LibraryModel } from '../models/libraryModel'
import type { OrtRuntime, Provider } from '../ort'
import { explained, openGraph, releaseAll } from './failures'

/** The graphs of one model, each opened when it is needed, on either provider. */
export interface LibrarySessions {
  /**
   * Opened at the first call and kept. On WASM it throws `model/missing`, `model/incompatible` or
   * `runtime/out-of-memory`; on WebGPU also plain errors, for WASM may do better.
   */
  open(graph: GraphFiles, provider: Provider): Promise<InferenceSession>
  close(graph: GraphFiles, provider: Provider): Promise<void>
  closeAll(): Promise<void>
}

/** One graph for a model that is not cut in two: its library entry names the same files twice. */
export function graphsOf({ encoder, decoder }: LibraryModel): readonly GraphFiles[] {
  return encoder === decoder ? [encoder] : [encoder, decoder]
}

export function createLibrarySessions(title: string, ort: OrtRuntime): LibrarySessions {
  const opened: { graph: GraphFiles; provider: Provider; session: InferenceSession }[] = []
  const indexOf = (graph: GraphFiles, provider: Provider): number =>
    opened.findIndex((one) => one.graph === graph && one.provider === provider)
  return {
    open: async (graph, provider) => {
      const known = opened[indexOf(graph, provider)]
      if (known !== undefined) return known.session
      const bytes = await readGraph(graph)
      let session: InferenceSession
      try {
        session = await openGraph(ort, graph.name, bytes, provider)
      } catch (error) {
        throw provider === 'wasm' ? explained(error, title) : error
      }
      opened.push({ graph, provider, session })
      return session
    },
    close: async (graph, provider) => {
      const at = indexOf(graph, provider)
      if (at >= 0) await releaseAll(opened.splice(at, 1).map(({ session }) => session))
    },
    closeAll: () => releaseAll(opened.splice(0).map(({ session }) => session)),
  }
}

async function readGraph({ name, graph, externalData }: GraphFiles) {
  try {
    return { onnx: new Uint8Array(await graph.arrayBuffer()), externalData }
  } catch (cause) {
    // A file that was deleted, or changed on the disk, after it was handed over.
    throw new AppError('model/missing', `${name} can no longer be read`, { cause })
  }
}
