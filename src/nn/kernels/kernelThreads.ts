import type { KernelName } from './kernelModule'

/** What a thread gets to take part: everything is shared or can be posted. */
export interface KernelThreadSetup {
  readonly module: WebAssembly.Module
  readonly memory: WebAssembly.Memory
  /** Where the threads agree, in `memory`. */
  readonly controlAt: number
  /** Its number, from 1: the part of the scratch it works in. The launching thread is 0. */
  readonly thread: number
}

/** Whole numbers at `controlAt`. */
const STATE = 0
const KERNEL = 1
const TASKS = 2
const ARGUMENTS = 3
const COMPLETED = 4
export const CONTROL_SLOTS = 8

/**
 * `STATE` holds the launch in its upper half and the next free task in the lower. A task is taken by exchanging the whole
 * number, so that a thread that was late or asleep cannot take one of a launch it does not know; nobody ever waits for
 * a thread that has taken nothing.
 */
const TASK_BITS = 16
const CLOSED = 0xffff

/** Looks before a thread goes to sleep: launches follow each other within microseconds. */
const SPINS = 2000

type Exports = Readonly<Record<string, (task: number, thread: number, argumentsAt: number) => void>>

/** The kernels' names in one order on every thread. */
function namesOf(module: WebAssembly.Module): string[] {
  return WebAssembly.Module.exports(module).map(({ name }) => name)
}

/** The side that launches kernels. */
export interface KernelTeam {
  run(kernel: KernelName, tasks: number, argumentsAt: number): void
}

export function createKernelTeam(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
  controlAt: number,
  kernels: Exports,
): KernelTeam {
  const control = new Int32Array(memory.buffer, controlAt, CONTROL_SLOTS)
  const indexOf = new Map(namesOf(module).map((name, i) => [name, i]))
  let launch = 0
  return {
    run: (kernel, tasks, argumentsAt) => {
      launch = (launch + 1) & 0x7fff
      // Closed first: whoever still looks at the launch before must not meet half of this one.
      Atomics.store(control, STATE, (launch << TASK_BITS) | CLOSED)
      Atomics.store(control, KERNEL, indexOf.get(kernel)!)
      Atomics.store(control, TASKS, tasks)
      Atomics.store(control, ARGUMENTS, argumentsAt)
      Atomics.store(control, COMPLETED, 0)
      Atomics.store(control, STATE, launch << TASK_BITS)
      Atomics.notify(control, STATE)
      takeTasks(control, kernels[kernel]!, tasks, argumentsAt, 0)
      for (let spins = 0; ; spins++) {
        const completed = Atomics.load(control, COMPLETED)
        if (completed === tasks) return
        // Asleep only for a moment: the last task may have ended between the look and the sleep.
        if (spins > SPINS) Atomics.wait(control, COMPLETED, completed, 1)
      }
    },
  }
}

/** A further thread: works until its worker ends. Never returns. */
export function serveKernelTasks({ module, memory, controlAt, thread }: KernelThreadSetup): never {
  const kernels = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Exports
  const names = namesOf(module)
  const control = new Int32Array(memory.buffer, controlAt, CONTROL_SLOTS)
  for (;;) {
    const state = awaitChange(control)
    const kernel = kernels[names[Atomics.load(control, KERNEL)]!]!
    const tasks = Atomics.load(control, TASKS)
    const argumentsAt = Atomics.load(control, ARGUMENTS)
    const next = state & CLOSED
    // What was read above belongs to the launch only if the exchange succeeds.
    if (next >= tasks || Atomics.compareExchange(control, STATE, state, state + 1) !== state) continue
    kernel(next, thread, argumentsAt)
    complete(control)
    takeTasks(control, kernel, tasks, argumentsAt, thread, state >> TASK_BITS)
  }
}

/** The state, once it names a task that nobody has taken. */
function awaitChange(control: Int32Array): number {
  for (let spins = 0; ; spins++) {
    const state = Atomics.load(control, STATE)
    const next = state & CLOSED
    if (next !== CLOSED && next < Atomics.load(control, TASKS)) return state
    if (spins > SPINS) {
      Atomics.wait(control, STATE, state)
      spins = 0
    }
  }
}

/** Takes and runs tasks of a launch until none is left. */
function takeTasks(
  control: Int32Array,
  kernel: Exports[string],
  tasks: number,
  argumentsAt: number,
  thread: number,
  launch = Atomics.load(control, STATE) >> TASK_BITS,
): void {
  for (;;) {
    const state = Atomics.load(control, STATE)
    const next = state & CLOSED
    if (state >> TASK_BITS !== launch || next >= tasks) return
    if (Atomics.compareExchange(control, STATE, state, state + 1) !== state) continue
    kernel!(next, thread, argumentsAt)
    complete(control)
  }
}

function complete(control: Int32Array): void {
  Atomics.add(control, COMPLETED, 1)
  Atomics.notify(control, COMPLETED)
}
