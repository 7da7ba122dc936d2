import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { RgbaImage } from '../../../core/raster'
import type { Box } from '../../../core/geometry'
import type { CropPrompt } from '../../../ml/generators/generator'
import type { InferenceSession } from '../../../nn/onnx/session'
import { nodeOrtRuntime } from '../../__fixtures__/nodeOrt'
import type { FetchLike } from '../../modelStore'
import type { GraphBytes, OrtFlavour, OrtRuntime, Provider } from '../../ort'
import { connect, serve, type Endpoint } from '../../rpc'
import type { FeatureExtractor } from '../../../ports/featureExtractor'
import type { OpenLibraryBackbone } from '../../models/libraryModel'
import { createMemoryFolder, type CacheFolder } from '../cacheFolder'
import { createFeatureClient } from '../featureClient'
import { createFeatureLimit, type FeatureLimit } from '../featureLimit'
import type { InferenceApi, ProviderWish } from '../inferenceApi'
import { createInferenceHost, type InferenceHost } from '../inferenceHost'
import { createInferenceService, type InferenceDeps } from '../inferenceService'

/** One call of the runtime, as a test may want to spoil or count it. */
export interface GraphCall {
  readonly graph: GraphBytes
  readonly provider: Provider
  readonly session: InferenceSession
}

export interface InferenceInNode {
  readonly host: InferenceHost
  /** Every run of a graph so far: where, and what it was asked for. */
  readonly runs: { readonly provider: Provider; readonly inputs: readonly string[] }[]
  /** Flavours of the runtime that workers loaded. */
  readonly loaded: OrtFlavour[]
  /** How many workers were started. */
  workers(): number
}

export interface InferenceInNodeOptions {
  readonly deps?: Partial<InferenceDeps>
  /** Where the page's files come from; `public/models` when absent. */
  readonly fetchUrl?: FetchLike
  readonly wish?: ProviderWish
  /** What WebGPU makes of a session, and WASM with it; as it is when absent. */
  readonly change?: (call: GraphCall, worker: number) => InferenceSession
  /** Disk of this browser; a fresh one when absent. */
  readonly disk?: Disk
  readonly hasGpu?: boolean
}

export type Disk = Map<string, CacheFolder>

/** Client and service over a MessageChannel with a real runtime (WASM in node, also where WebGPU is asked for). */
export function inferenceInNode(
  ports: MessagePort[],
  { deps, fetchUrl = fromPublicModels, wish = 'auto', change, disk = new Map(), hasGpu = false }: InferenceInNodeOptions = {},
): InferenceInNode {
  const runs: { provider: Provider; inputs: readonly string[] }[] = []
  const loaded: OrtFlavour[] = []
  let workers = 0

  function runtimeOf(worker: number): OrtRuntime {
    return {
      version: nodeOrtRuntime.version,
      open: async (graph, provider) => {
        const real = await nodeOrtRuntime.open(graph, provider)
        const session = change?.({ graph, provider, session: real }, worker) ?? real
        return {
          ...session,
          run: (feeds) => {
            runs.push({ provider, inputs: session.inputNames })
            return session.run(feeds)
          },
        }
      },
    }
  }

  function start() {
    const worker = workers++
    const service = createInferenceService({
      fetchUrl,
      loadOrt: (flavour) => {
        loaded.push(flavour)
        return Promise.resolve(runtimeOf(worker))
      },
      probeGpu: () =>
        Promise.resolve(
          hasGpu
            ? { kind: 'hardware', description: 'a test adapter' }
            : { kind: 'none', description: 'no WebGPU adapter' },
        ),
      threads: 1,
      openFolder: (name) => {
        const folder = disk.get(name) ?? createMemoryFolder()
        disk.set(name, folder)
        return Promise.resolve(folder)
      },
      ...deps,
    })
    const { port1, port2 } = new MessageChannel()
    ports.push(port1, port2)
    serve(service, port2 as Endpoint)
    return { api: connect<InferenceApi>(port1 as Endpoint), terminate: () => {}, onCrash: () => {} }
  }

  const host = createInferenceHost({
    baseUrl: 'http://localhost/app/',
    wish,
    fetchUrl,
    start,
  })
  return { host, runs, loaded, workers: () => workers }
}

function fromPublicModels(url: string): Promise<Response> {
  return Promise.resolve(new Response(readFileSync(`public/models/${basename(url)}`)))
}

export function picture(width: number, height: number, salt = 37): RgbaImage {
  const data = new Uint8ClampedArray(width * height * 4).map((_, i) => (i * salt + (i >> 8) * 11) % 256)
  return { width, height, data }
}

export function promptOf(boxPx: Box): CropPrompt {
  return { boxPx, regionPx: null, clicks: [], former: null }
}

/** The client of features, with the backbones that a test has. */
export function featureClientOf(
  host: InferenceHost,
  openBackbone: OpenLibraryBackbone = noModels,
  limit: FeatureLimit = createFeatureLimit(null),
): FeatureExtractor {
  return createFeatureClient(host, openBackbone, limit)
}

export const noModels = (id: string): Promise<never> => Promise.reject(new Error(`no model ${id} in this test`))

export const job = { signal: new AbortController().signal, onProgress: () => {} }
