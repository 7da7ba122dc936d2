import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { AppError, isAbort } from '../core/errors'
import type { Remote } from './rpc'
import { createWorkerHost, type StartedWorker } from './workerHost'

/** The fake worker's one function settles when the test says so. */
interface FakeApi {
  work(label: string, signal: AbortSignal): Promise<string>
}
interface Call {
  readonly label: string
  readonly worker: number
  readonly signal: AbortSignal
  resolve(value: string): void
  reject(error: Error): void
}

function fakeWorkers(options: { failStart?: boolean } = {}) {
  const calls: Call[] = []
  const terminated: number[] = []
  const crash: ((message: string) => void)[] = []
  let started = 0
  const start = (): StartedWorker<FakeApi> => {
    if (options.failStart) throw new Error('blocked')
    const worker = started++
    const work = (label: string, signal: AbortSignal) =>
      new Promise<string>((resolve, reject) => calls.push({ label, worker, signal, resolve, reject }))
    return {
      api: { work } as unknown as Remote<FakeApi>,
      terminate: () => terminated.push(worker),
      onCrash: (listener) => crash.push(listener),
    }
  }
  return { start, calls, terminated, crash, startedCount: () => started }
}

const never = new AbortController().signal
const settle = (): Promise<void> => Promise.resolve().then(() => Promise.resolve())
const rejection = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'resolved',
    (error: unknown) => error,
  )

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

describe('createWorkerHost', () => {
  test('no worker starts before the first call, and calls run one at a time in order', async () => {
    const fake = fakeWorkers()
    const host = createWorkerHost<FakeApi>({ name: 'test', start: fake.start })
    expect(fake.startedCount()).toBe(0)
    const first = host.run('batch', never, (api, signal) => api.work('a', signal))
    const second = host.run('batch', never, (api, signal) => api.work('b', signal))
    expect(fake.calls.map((c) => c.label)).toEqual(['a'])
    fake.calls[0]!.resolve('A')
    expect(await first).toBe('A')
    expect(fake.calls.map((c) => c.label)).toEqual(['a', 'b'])
    fake.calls[1]!.resolve('B')
    expect(await second).toBe('B')
    expect(fake.startedCount()).toBe(1)
  })

  test('the interactive lane overtakes the waiting batch lane', async () => {
    const fake = fakeWorkers()
    const host = createWorkerHost<FakeApi>({ name: 'test', start: fake.start })
    for (const label of ['b1', 'b2']) void host.run('batch', never, (api, signal) => api.work(label, signal))
    void host.run('interactive', never, (api, signal) => api.work('i1', signal))
    for (let i = 0; i < 3; i++) {
      fake.calls[i]!.resolve('')
      await settle()
    }
    expect(fake.calls.map((c) => c.label)).toEqual(['b1', 'i1', 'b2'])
  })

  test('a failed call does not poison the next', async () => {
    const fake = fakeWorkers()
    const host = createWorkerHost<FakeApi>({ name: 'test', start: fake.start })
    const first = rejection(host.run('batch', never, (api, signal) => api.work('a', signal)))
    const second = host.run('batch', never, (api, signal) => api.work('b', signal))
    fake.calls[0]!.reject(new Error('bad picture'))
    expect(await first).toMatchObject({ message: 'bad picture' })
    fake.calls[1]!.resolve('B')
    expect(await second).toBe('B')
    expect(fake.startedCount()).toBe(1)
  })

  test('a call that throws before it reaches the worker rejects, and the next one runs', async () => {
    const fake = fakeWorkers()
    const host = createWorkerHost<FakeApi>({ name: 'test', start: fake.start })
    const first = rejection(
      host.run('batch', never, () => {
        throw new Error('bad argument')
      }),
    )
    const second = host.run('batch', never, (api, signal) => api.work('b', signal))
    expect(await first).toMatchObject({ message: 'bad argument' })
    fake.calls[0]!.resolve('B')
    expect(await second).toBe('B')
  })

  test('a cancelled waiting call rejects at once and is never sent', async () => {
    const fake = fakeWorkers()
    const host = createWorkerHost<FakeApi>({ name: 'test', start: fake.start })
    const controller = new AbortController()
    const first = host.run('batch', never, (api, signal) => api.work('a', signal))
    const second = rejection(host.run('batch', controller.signal, (api, signal) => api.work('b', signal)))
    controller.abort()
    expect(isAbort(await second)).toBe(true)
    fake.calls[0]!.resolve('A')
    await first
    expect(fake.calls.map((c) => c.label)).toEqual(['a'])
  })

  test('a running call that listens is cancelled without losing the worker', async () => {
    const fake = fakeWorkers()
    const host = createWorkerHost<FakeApi>({ name: 'test', start: fake.start })
    const controller = new AbortController()
    const first = rejection(host.run('batch', controller.signal, (api, signal) => api.work('a', signal)))
    controller.abort()
    expect(fake.calls[0]!.signal.aborted).toBe(true)
    fake.calls[0]!.reject(new Error('stopped where it was'))
    expect(isAbort(await first)).toBe(true)
    vi.advanceTimersByTime(5000)
    expect(fake.terminated).toEqual([])
  })

  test('a running call that does not listen dies with the worker after the grace, and waiting calls run on a fresh one', async () => {
    const fake = fakeWorkers()
    const host = createWorkerHost<FakeApi>({ name: 'test', start: fake.start, graceMs: 2000 })
    const controller = new AbortController()
    const first = rejection(host.run('batch', controller.signal, (api, signal) => api.work('a', signal)))
    const second = host.run('batch', never, (api, signal) => api.work('b', signal))
    controller.abort()
    vi.advanceTimersByTime(1999)
    expect(fake.terminated).toEqual([])
    vi.advanceTimersByTime(1)
    expect(fake.terminated).toEqual([0])
    expect(isAbort(await first)).toBe(true)
    expect(fake.calls.map((c) => [c.label, c.worker])).toEqual([
      ['a', 0],
      ['b', 1],
    ])
    fake.calls[1]!.resolve('B')
    expect(await second).toBe('B')
  })

  test('a result that arrives after the cancel is not delivered', async () => {
    const fake = fakeWorkers()
    const host = createWorkerHost<FakeApi>({ name: 'test', start: fake.start })
    const controller = new AbortController()
    const first = rejection(host.run('batch', controller.signal, (api, signal) => api.work('a', signal)))
    controller.abort()
    fake.calls[0]!.resolve('A')
    expect(isAbort(await first)).toBe(true)
  })

  test('a call whose signal is already aborted starts nothing', async () => {
    const fake = fakeWorkers()
    const host = createWorkerHost<FakeApi>({ name: 'test', start: fake.start })
    const call = host.run('batch', AbortSignal.abort(), (api, signal) => api.work('a', signal))
    expect(isAbort(await rejection(call))).toBe(true)
    expect(fake.startedCount()).toBe(0)
  })

  test('a dying worker fails the running call with worker-crashed, and the waiting ones run on a fresh worker', async () => {
    const fake = fakeWorkers()
    const host = createWorkerHost<FakeApi>({ name: 'segmenter', start: fake.start })
    const first = rejection(host.run('batch', never, (api, signal) => api.work('a', signal)))
    const second = host.run('batch', never, (api, signal) => api.work('b', signal))
    fake.crash[0]!('out of memory')
    const error = await first
    expect(error).toBeInstanceOf(AppError)
    expect(error).toMatchObject({
      code: 'runtime/worker-crashed',
      message: 'the segmenter worker stopped: out of memory',
    })
    expect(fake.calls.map((c) => [c.label, c.worker])).toEqual([
      ['a', 0],
      ['b', 1],
    ])
    fake.calls[1]!.resolve('B')
    expect(await second).toBe('B')
  })

  test('a failure that spoils the worker is the call’s own, and the waiting ones run on a fresh worker', async () => {
    const fake = fakeWorkers()
    const spoils = (error: unknown): boolean => error instanceof Error && error.message === 'full'
    const host = createWorkerHost<FakeApi>({ name: 'test', start: fake.start, spoils })
    const run = (label: string) => host.run('batch', never, (api, signal) => api.work(label, signal))
    const harmless = rejection(run('a'))
    const spoiling = rejection(run('b'))
    void run('c')
    fake.calls[0]!.reject(new Error('odd'))
    expect(await harmless).toMatchObject({ message: 'odd' })
    fake.calls[1]!.reject(new Error('full'))
    expect(await spoiling).toMatchObject({ message: 'full' })
    expect(fake.terminated).toEqual([0])
    expect(fake.calls.map(({ label, worker }) => [label, worker])).toEqual([
      ['a', 0],
      ['b', 0],
      ['c', 1],
    ])
  })

  test('a worker that cannot be started is reported as crashed', async () => {
    const host = createWorkerHost<FakeApi>({ name: 'test', start: fakeWorkers({ failStart: true }).start })
    const call = host.run('batch', never, (api, signal) => api.work('a', signal))
    expect(await rejection(call)).toMatchObject({ code: 'runtime/worker-crashed' })
  })

  test('an idle worker retires after idleMs and a later call starts a fresh one', async () => {
    const fake = fakeWorkers()
    const host = createWorkerHost<FakeApi>({ name: 'test', start: fake.start, idleMs: 60_000 })
    const first = host.run('batch', never, (api, signal) => api.work('a', signal))
    fake.calls[0]!.resolve('A')
    await first
    vi.advanceTimersByTime(59_999)
    expect(fake.terminated).toEqual([])
    vi.advanceTimersByTime(1)
    expect(fake.terminated).toEqual([0])
    void host.run('batch', never, (api, signal) => api.work('b', signal))
    expect(fake.calls[1]!.worker).toBe(1)
  })

  test('a busy worker does not retire', async () => {
    const fake = fakeWorkers()
    const host = createWorkerHost<FakeApi>({ name: 'test', start: fake.start, idleMs: 10 })
    const first = host.run('batch', never, (api, signal) => api.work('a', signal))
    fake.calls[0]!.resolve('A')
    await first
    void host.run('batch', never, (api, signal) => api.work('b', signal))
    vi.advanceTimersByTime(1000)
    expect(fake.terminated).toEqual([])
  })

  test('dispose ends the worker and rejects running and waiting calls with AbortError', async () => {
    const fake = fakeWorkers()
    const host = createWorkerHost<FakeApi>({ name: 'test', start: fake.start })
    const calls = ['a', 'b'].map((label) =>
      rejection(host.run('batch', never, (api, signal) => api.work(label, signal))),
    )
    host.dispose()
    for (const error of await Promise.all(calls)) expect(isAbort(error)).toBe(true)
    expect(fake.terminated).toEqual([0])
  })
})
