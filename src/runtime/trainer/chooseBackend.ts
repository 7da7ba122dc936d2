import { AppError, messageOf } from '../../core/errors'
import type { TrainingSpec } from '../../ml/training'
import type { GpuAdapter } from '../gpuAdapter'

export type BackendName = NonNullable<TrainingSpec['backend']>

/** What the choice needs to know of this machine. */
export interface BackendHost {
  /** Threads the wasm backend would use. */
  readonly threads: number
  probeGpu(): Promise<GpuAdapter>
  /** Makes it the current backend; null, or why it did not start. */
  start(name: BackendName): Promise<string | null>
  /** Resolves with the reason when the backend that was started last dies under its work; absent: none here can. */
  readonly whenLost?: () => Promise<string>
}

export interface ChosenBackend {
  readonly backend: BackendName
  /** One line for the person: what it is, and why not something faster. */
  readonly note: string
}

/**
 * The fastest backend that works here: webgpu on real hardware, then wasm, then cpu; each has to pass a short training
 * against stored losses first. Software WebGPU is far slower than wasm, so it is only taken when it is asked for.
 * Throws `runtime/no-backend` with every reason.
 */
export async function chooseBackend(
  wish: BackendName | null,
  host: BackendHost,
  passesSelfTest: () => Promise<boolean>,
): Promise<ChosenBackend> {
  const reasons: string[] = []
  const candidates: BackendName[] = wish === null ? ['wasm', 'cpu'] : [wish]
  const gpu = await host.probeGpu()
  if (wish === null && gpu.kind === 'hardware') candidates.unshift('webgpu')
  else if (wish === null) reasons.push(`no GPU: ${gpu.description}`)
  for (const backend of candidates) {
    const problem = (await host.start(backend)) ?? (await failureOf(passesSelfTest))
    if (problem === null) return { backend, note: [describe(backend, gpu, host), ...reasons].join('; ') }
    reasons.push(`${backend}: ${problem}`)
  }
  throw new AppError('runtime/no-backend', `nothing here can train: ${reasons.join('; ')}`)
}

async function failureOf(passesSelfTest: () => Promise<boolean>): Promise<string | null> {
  try {
    return (await passesSelfTest()) ? null : 'its results are wrong'
  } catch (error) {
    return messageOf(error)
  }
}

function describe(backend: BackendName, gpu: GpuAdapter, { threads }: BackendHost): string {
  switch (backend) {
    case 'webgpu':
      return `GPU, ${gpu.description}`
    case 'wasm':
      return `processor, ${threads === 1 ? 'one thread' : `${threads} threads`}`
    case 'cpu':
      return 'processor, slow path'
  }
}
