import { assert } from '../../core/assert'
import { tf } from '../tf'
import { kernelModule, type KernelName, type Kernels } from './kernelModule'
import { CONTROL_SLOTS, createKernelTeam, type KernelThreadSetup } from './kernelThreads'
import type { WasmBackend } from './wasmBackend'

/** Slots of a kernel's arguments: whole numbers and addresses first, then floats (`assembly/arguments.ts`). */
const FIRST_FLOAT = 24
const SLOTS = 32

/** Runs own kernels in the memory of the wasm backend. */
export interface KernelRunner {
  readonly kernels: Kernels
  /** Threads that may run tasks at once; scratch is needed for each. */
  readonly threads: number
  /** Runs tasks 0 .. tasks - 1 and returns when all are done. */
  run(kernel: KernelName, tasks: number, integers: readonly number[], floats?: readonly number[]): void
  /** The memory itself, whole. Valid until the next allocation. */
  readonly buffer: ArrayBufferLike
  /** Where a tensor's numbers lie. */
  addressOf(tensor: tf.TensorInfo): number
  create(shape: readonly number[], dtype?: tf.DataType): tf.TensorInfo
  /** Floats that live until `compute` returns. */
  withScratch<T>(floats: number, compute: (address: number) => T): T
}

/** Starts one further thread, which runs `serveKernelTasks` with what it is given. */
type StartThread = (setup: KernelThreadSetup) => void

let provided: { readonly count: number; readonly start: StartThread } | null = null

/**
 * The worker's entry says how `count` further threads are started. Without it, and without shared memory, kernels run on
 * one.
 */
export function provideKernelThreads(count: number, start: StartThread): void {
  provided = { count, start }
}

const runners = new WeakMap<WasmBackend, KernelRunner>()

/** The runner of the current backend, which has to be wasm. */
export function kernelRunner(): KernelRunner {
  const backend = tf.backend() as unknown as WasmBackend
  const known = runners.get(backend)
  if (known !== undefined) return known
  const created = createRunner(backend)
  runners.set(backend, created)
  return created
}

function createRunner(backend: WasmBackend): KernelRunner {
  const memory = backend.wasm.wasmMemory ?? backend.wasm.asm.memory
  assert(memory !== undefined, 'the wasm backend has a memory')
  const isShared = typeof SharedArrayBuffer !== 'undefined' && memory.buffer instanceof SharedArrayBuffer
  const module = kernelModule(isShared)
  assert(module !== null, 'kernels are used only where they can be compiled')
  const kernels = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Kernels
  // Arguments, and behind them what threads agree by.
  const argumentsAt = backend.wasm._malloc(4 * (SLOTS + CONTROL_SLOTS)) >>> 0
  const controlAt = argumentsAt + 4 * SLOTS
  const helpers = isShared ? (provided?.count ?? 0) : 0
  // Clean before a thread looks: no launch, no task.
  new Int32Array(memory.buffer, controlAt, CONTROL_SLOTS).fill(0)
  for (let thread = 1; thread <= helpers; thread++) {
    provided!.start({ module, memory, controlAt, thread })
  }
  const team = helpers === 0 ? null : createKernelTeam(module, memory, controlAt, { ...kernels })

  let integerView = new Int32Array(0)
  let floatView = new Float32Array(0)
  const addressOf = ({ dataId }: tf.TensorInfo): number => backend.dataIdMap.get(dataId).memoryOffset
  const create = (shape: readonly number[], dtype: tf.DataType = 'float32'): tf.TensorInfo =>
    backend.makeOutput(shape, dtype)

  return {
    kernels,
    threads: 1 + helpers,
    run: (kernel, tasks, integers, floats = []) => {
      // Memory that has grown is another buffer.
      if (integerView.buffer !== memory.buffer) {
        integerView = new Int32Array(memory.buffer, argumentsAt, SLOTS)
        floatView = new Float32Array(memory.buffer, argumentsAt, SLOTS)
      }
      integerView.set(integers)
      floatView.set(floats, FIRST_FLOAT)
      if (team !== null && tasks > 1) team.run(kernel, tasks, argumentsAt)
      else for (let task = 0; task < tasks; task++) kernels[kernel](task, 0, argumentsAt)
    },
    get buffer() {
      return memory.buffer
    },
    addressOf,
    create,
    withScratch: (floats, compute) => {
      const scratch = create([floats])
      try {
        return compute(addressOf(scratch))
      } finally {
        backend.disposeData(scratch.dataId)
      }
    },
  }
}
