import { assert } from '../../core/assert'
import { tf } from '../tf'
import { kernelModule, type Kernels } from './kernelModule'
import type { WasmBackend } from './wasmBackend'

/** Slots of a kernel's arguments: whole numbers and addresses first, then floats (`assembly/arguments.ts`). */
const FIRST_FLOAT = 24
const SLOTS = 32

export type KernelName = Exclude<keyof Kernels, 'winogradScratchFloats' | 'lossScratchFloats'>

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

/** Further threads that work in the same shared memory. */
export interface KernelThreads {
  readonly count: number
  /** Runs the tasks of one kernel together with the calling thread. */
  run(kernels: Kernels, kernel: KernelName, tasks: number, argumentsAt: number): void
}

let startThreads:
  | ((module: WebAssembly.Module, memory: WebAssembly.Memory, controlAt: number) => KernelThreads)
  | null = null

/** The worker's entry says how threads are started; without it, and without shared memory, kernels run on one. */
export function provideKernelThreads(start: typeof startThreads): void {
  startThreads = start
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
  const argumentsAt = backend.wasm._malloc(8 * SLOTS) >>> 0
  const threads =
    isShared && startThreads !== null ? startThreads(module, memory, argumentsAt + 4 * SLOTS) : null

  let integerView = new Int32Array(0)
  let floatView = new Float32Array(0)
  const addressOf = ({ dataId }: tf.TensorInfo): number => backend.dataIdMap.get(dataId).memoryOffset
  const create = (shape: readonly number[], dtype: tf.DataType = 'float32'): tf.TensorInfo =>
    backend.makeOutput(shape, dtype)

  return {
    kernels,
    threads: 1 + (threads?.count ?? 0),
    run: (kernel, tasks, integers, floats = []) => {
      // Memory that has grown is another buffer.
      if (integerView.buffer !== memory.buffer) {
        integerView = new Int32Array(memory.buffer, argumentsAt, SLOTS)
        floatView = new Float32Array(memory.buffer, argumentsAt, SLOTS)
      }
      integerView.set(integers)
      floatView.set(floats, FIRST_FLOAT)
      if (threads !== null && tasks > 1) threads.run(kernels, kernel, tasks, argumentsAt)
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
