import { describe, expect, test } from 'vitest'
import type { TrainingEvent, TrainingExample, TrainingSpec } from '../../ml/training'
import { startBackend } from '../../nn/__fixtures__/backends'
import { TINY_LEVELS, TINY_SIZE, tinyExample } from '../../nn/__fixtures__/tinyExamples'
import { workerWith } from '../__fixtures__/workerWith'
import { createTrainerClient } from './client'
import type { TrainerApi } from './trainerApi'
import { createTrainerService } from './trainerService'

const spec = (params: TrainingSpec['params'] = {}): TrainingSpec => ({
  studentId: 'light',
  classCount: 2,
  levels: TINY_LEVELS,
  ...TINY_SIZE,
  seed: 1,
  params: { channels: 8, epochs: 3, batchSize: 2, ...params },
  backend: 'wasm',
  backboneWeights: null,
  resumeFrom: null,
})
/** Made anew for each run: a run takes them away. */
const examples = (): TrainingExample[] => Array.from({ length: 4 }, (_, i) => tinyExample(i, i))

const service = (whenLost?: () => Promise<string>) =>
  createTrainerService({
    backends: {
      threads: 1,
      ...(whenLost === undefined ? {} : { whenLost }),
      probeGpu: async () => ({ kind: 'none', description: 'node' }),
      start: async (name) => {
        if (name === 'webgpu') return 'not in node'
        await startBackend(name)
        return null
      },
    },
    now: () => performance.now(),
    nextTask: () => new Promise((resolve) => setTimeout(resolve)),
  })
const job = (signal: AbortSignal) => ({ signal, onProgress: () => {} })
const neverAborts = () => new AbortController().signal
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

function follow() {
  const events: TrainingEvent[] = []
  const waiting: { readonly kind: TrainingEvent['kind']; readonly resolve: () => void }[] = []
  return {
    events,
    onEvent: (event: TrainingEvent) => {
      events.push(event)
      for (const entry of waiting.filter(({ kind }) => kind === event.kind)) entry.resolve()
    },
    /** Resolves at the next event of that kind. */
    next: (kind: TrainingEvent['kind']) => new Promise<void>((resolve) => waiting.push({ kind, resolve })),
    stepCount: () =>
      events.reduce((sum, event) => sum + (event.kind === 'steps' ? event.losses.length : 0), 0),
  }
}

describe('trainer over a message channel', () => {
  test('trains: the backend first, every step and epoch in order, then the network', async () => {
    const run = follow()
    const trainer = createTrainerClient({ start: () => workerWith(service()) })
    const given = examples()
    const result = await trainer.start(spec(), given, [], [1], run.onEvent, job(neverAborts())).finished
    expect(run.events[0]).toMatchObject({ kind: 'backend', backend: 'wasm' })
    expect(run.stepCount()).toBe(6)
    const epochs = run.events.flatMap((event) => (event.kind === 'epoch' ? [event.report.epoch] : []))
    expect(epochs).toEqual([0, 1, 2])
    expect(run.events.at(-1)).toMatchObject({ kind: 'preview', imageIndex: 1 })
    expect(result.steps).toBe(6)
    expect(result.onnx.length).toBeGreaterThan(1000)
    // Moved, not copied: a thousand pictures would not fit twice.
    expect(given[0]!.pixels.data.length).toBe(0)
  })

  test('a paused run makes no step until it is resumed; stop keeps the weights', async () => {
    const run = follow()
    const trainer = createTrainerClient({ start: () => workerWith(service()) })
    const handle = trainer.start(spec({ epochs: 400 }), examples(), [], [], run.onEvent, job(neverAborts()))
    await run.next('steps')
    handle.pause()
    await pause(250) // the step in flight ends, and what it says arrives
    const steps = run.stepCount()
    await pause(250)
    expect(run.stepCount()).toBe(steps)
    handle.resume()
    await run.next('steps')
    expect(run.stepCount()).toBeGreaterThan(steps)
    handle.pause()
    handle.stop()
    const result = await handle.finished
    expect(result.stoppedEarly).toBe(true)
    expect(result.steps).toBeLessThan(800)
  })

  test('cancel rejects with AbortError, also while paused, and the next run is not harmed', async () => {
    const run = follow()
    const trainer = createTrainerClient({ start: () => workerWith(service()) })
    const controller = new AbortController()
    const handle = trainer.start(
      spec({ epochs: 400 }),
      examples(),
      [],
      [],
      run.onEvent,
      job(controller.signal),
    )
    const ended = handle.finished.catch((error: unknown) => error)
    await run.next('steps')
    handle.pause()
    controller.abort()
    expect(await ended).toMatchObject({ name: 'AbortError' })
    const next = trainer.start(spec({ epochs: 1 }), examples(), [], [], () => {}, job(neverAborts()))
    expect((await next.finished).steps).toBe(2)
  })

  test('a worker that does not listen is terminated after the grace time', async () => {
    const deaf = workerWith<TrainerApi>({ ...service(), train: () => new Promise(() => {}) })
    const trainer = createTrainerClient({ start: () => deaf, graceMs: 20 })
    const controller = new AbortController()
    const handle = trainer.start(spec(), examples(), [], [], () => {}, job(controller.signal))
    await pause(5)
    controller.abort()
    await expect(handle.finished).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }))
    expect(deaf.isTerminated()).toBe(true)
  })

  test('pause tells a checkpoint before it waits; its network can be exported, and a run goes on from it', async () => {
    const run = follow()
    const trainer = createTrainerClient({ start: () => workerWith(service()) })
    const controller = new AbortController()
    const handle = trainer.start(
      spec({ epochs: 400 }),
      examples(),
      [],
      [],
      run.onEvent,
      job(controller.signal),
    )
    const ended = handle.finished.catch((error: unknown) => error)
    await run.next('epoch')
    await run.next('steps')
    const told = run.events.filter(({ kind }) => kind === 'checkpoint').length
    handle.pause()
    await run.next('checkpoint')
    const saved = run.events.filter((event) => event.kind === 'checkpoint')
    expect(saved.length).toBe(told + 1)
    controller.abort()
    expect(await ended).toMatchObject({ name: 'AbortError' })
    const { bytes } = saved.at(-1)!
    const exported = await trainer.exportCheckpoint(bytes, null, job(neverAborts()))
    expect(exported.onnx.length).toBeGreaterThan(1000)
    const next = follow()
    const resumed = trainer.start(
      { ...spec({ epochs: 400 }), resumeFrom: bytes },
      examples(),
      [],
      [],
      next.onEvent,
      job(neverAborts()),
    )
    await next.next('steps')
    resumed.stop()
    expect((await resumed.finished).steps).toBeGreaterThan(exported.steps)
  })

  test('a GPU that is lost in mid-epoch ends the run at once; a fresh worker goes on from the checkpoint', async () => {
    let lose = (_reason: string): void => {}
    const workers = [
      workerWith(service(() => new Promise((resolve) => (lose = resolve)))),
      workerWith(service()),
    ]
    let started = 0
    const trainer = createTrainerClient({ start: () => workers[started++]! })
    const run = follow()
    const handle = trainer.start(spec({ epochs: 400 }), examples(), [], [], run.onEvent, job(neverAborts()))
    const ended = handle.finished.catch((error: unknown) => error)
    await run.next('checkpoint')
    await run.next('steps')
    lose('driver reset')
    expect(await ended).toMatchObject({
      code: 'runtime/worker-crashed',
      message: expect.stringContaining('driver reset') as unknown,
    })
    expect(workers[0]!.isTerminated()).toBe(true)
    const saved = run.events.filter((event) => event.kind === 'checkpoint').at(-1)!
    const next = follow()
    const resumed = trainer.start(
      { ...spec({ epochs: 400 }), resumeFrom: saved.bytes },
      examples(),
      [],
      [],
      next.onEvent,
      job(neverAborts()),
    )
    await next.next('epoch')
    resumed.stop()
    await resumed.finished
    expect(started).toBe(2)
    const epochs = next.events.flatMap((event) => (event.kind === 'epoch' ? [event.report.epoch] : []))
    expect(epochs.slice(0, saved.epoch + 1)).toEqual(Array.from({ length: saved.epoch + 1 }, (_, i) => i))
  })

  test('a backend that is asked for and not there is an error with its code', async () => {
    const trainer = createTrainerClient({ start: () => workerWith(service()) })
    const handle = trainer.start(
      { ...spec(), backend: 'webgpu' },
      examples(),
      [],
      [],
      () => {},
      job(neverAborts()),
    )
    await expect(handle.finished).rejects.toThrow(expect.objectContaining({ code: 'runtime/no-backend' }))
  })
})
