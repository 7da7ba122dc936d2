import { onceItWorks } from '../onceItWorks'
import type { GpuAdapter } from '../gpuAdapter'
import type { OrtFlavour, OrtRuntime } from '../ort'
import type { ProviderWish } from './inferenceApi'

export interface ProviderDeps {
  /** Called once: two builds of the runtime do not share a worker. */
  readonly loadOrt: (flavour: OrtFlavour) => Promise<OrtRuntime>
  readonly probeGpu: () => Promise<GpuAdapter>
  readonly threads: number
}

/** The runtime, and whether it may use the GPU now. */
export interface PreparedRuntime {
  readonly ort: OrtRuntime
  readonly threads: number
  /** Name of the GPU to use; null: WASM only, because of `reason`. */
  readonly adapter: string | null
  readonly reason: string
}

/** One runtime and one GPU for all models of a worker. */
export interface Providers {
  prepare(wish: ProviderWish): Promise<PreparedRuntime>
  /** For this worker's life: its device serves all sessions, and none of them is to be trusted any more. */
  giveUpGpu(message: string): void
  /** Why the GPU was given up; null while it was not. */
  gpuFault(): string | null
}

/** Software adapters are 70 to 130 times slower than WASM: they are used only when someone asks for WebGPU by name. */
export function createProviders({ loadOrt, probeGpu, threads }: ProviderDeps): Providers {
  let fault: string | null = null
  const load = onceItWorks(async (wish: ProviderWish) => {
    const adapter = wish === 'wasm' ? null : await probeGpu()
    const usesGpu = adapter !== null && (wish !== 'auto' || adapter.kind === 'hardware')
    const ort = await loadOrt(usesGpu ? 'webgpu' : 'wasm')
    return { ort, adapter: usesGpu ? adapter.description : null }
  })
  return {
    prepare: async (wish) => {
      const { ort, adapter } = await load(wish)
      const base = { ort, threads }
      if (wish === 'wasm') return { ...base, adapter: null, reason: 'WASM was asked for' }
      if (fault !== null) return { ...base, adapter: null, reason: fault }
      return { ...base, adapter, reason: adapter === null ? 'no GPU that the browser can use' : '' }
    },
    giveUpGpu: (message) => {
      fault ??= `WebGPU failed and was given up: ${message}`
    },
    gpuFault: () => fault,
  }
}
