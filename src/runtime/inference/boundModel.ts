import type { PromptableModel } from '../../nn/onnx/promptable/promptableModel'
import { recognise } from '../../nn/onnx/promptable/recognise'
import type { InferenceSession, TensorFacts } from '../../nn/onnx/session'
import type { GraphFiles, LibraryModel } from '../models/libraryModel'
import type { Provider } from '../ort'
import type { Placement } from './inferenceApi'
import { graphsOf, type LibrarySessions } from './librarySessions'
import type { Notes } from './verdicts'

/** A model of the library whose interface is known. */
export interface BoundModel {
  readonly promptable: PromptableModel
  /** The interface in words: "SAM 2 (samexporter)". */
  readonly familyTitle: string
  readonly encoder: GraphFiles
  readonly decoder: GraphFiles
  /** One graph does everything; its encoding is no work worth keeping. */
  readonly isWhole: boolean
}

type Facts = readonly { readonly inputs: readonly TensorFacts[]; readonly outputs: readonly TensorFacts[] }[]

/**
 * Recognises a model by the tensors of its graphs. They are noted by the model's hash, so that only the first time
 * needs both graphs open: later an encoder is opened when there is something to encode.
 */
export async function bindModel(
  model: LibraryModel,
  sessions: LibrarySessions,
  notes: Notes,
): Promise<BoundModel> {
  const graphs = graphsOf(model)
  const noteName = `facts-${model.modelHash}`
  let facts = readFacts(await notes.read(noteName), graphs.length)
  if (facts === null) {
    const found: { inputs: readonly TensorFacts[]; outputs: readonly TensorFacts[] }[] = []
    for (const graph of graphs) {
      const { inputs, outputs } = await sessions.open(graph, 'wasm')
      found.push({ inputs, outputs })
    }
    facts = found
    await notes.write(noteName, facts)
  }
  const known = facts
  const recognised = recognise(graphs.map(({ name }, i) => ({ file: name, ...known[i]! })))
  return {
    promptable: recognised.model,
    familyTitle: recognised.title,
    encoder: graphs[recognised.encoderIndex]!,
    decoder: graphs[recognised.decoderIndex]!,
    isWhole: graphs.length === 1,
  }
}

/** Opens both halves where a placement wants them. */
export async function openHalves(
  { encoder, decoder }: BoundModel,
  sessions: LibrarySessions,
  placement: Placement,
): Promise<{ encoder: InferenceSession; decoder: InferenceSession }> {
  return {
    encoder: await sessions.open(encoder, encoderProvider(placement)),
    decoder: await sessions.open(decoder, decoderProvider(placement)),
  }
}

export function encoderProvider(placement: Placement): Provider {
  return placement === 'wasm' ? 'wasm' : 'webgpu'
}

export function decoderProvider(placement: Placement): Provider {
  return placement === 'webgpu' ? 'webgpu' : 'wasm'
}

/** Null for a note of another shape: then the graphs are asked again. */
function readFacts(note: unknown, graphs: number): Facts | null {
  const isTensor = ({ name, type, shape }: Partial<TensorFacts>): boolean =>
    typeof name === 'string' && typeof type === 'string' && Array.isArray(shape)
  const isList = (list: unknown): boolean =>
    Array.isArray(list) && list.every((one: Partial<TensorFacts> | null) => one !== null && isTensor(one))
  if (!Array.isArray(note) || note.length !== graphs) return null
  return note.every(
    (one: { inputs?: unknown; outputs?: unknown } | null) => isList(one?.inputs) && isList(one?.outputs),
  )
    ? (note as Facts)
    : null
}
