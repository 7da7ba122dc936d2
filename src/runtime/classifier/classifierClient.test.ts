import { describe, expect, test, vi } from 'vitest'
import type { ClassifierEvent, CropRequest } from '../../ml/cam/classifier'
import { startBackend } from '../../nn/__fixtures__/backends'
import { tinyPictures, tinySpec, tinyView } from '../../nn/cam/__fixtures__/tinyViews'
import { workerWith } from '../__fixtures__/workerWith'
import type { ClassifierApi } from './classifierApi'
import { createClassifierClient } from './classifierClient'
import { createClassifierService } from './classifierService'

vi.setConfig({ testTimeout: 60_000 })

function service(started: string[] = []): ClassifierApi {
  return createClassifierService({
    backends: {
      threads: 1,
      probeGpu: async () => ({ kind: 'none', description: 'node' }),
      start: async (name) => {
        if (name === 'webgpu') return 'not in node'
        started.push(name)
        await startBackend(name)
        return null
      },
    },
    now: () => performance.now(),
    nextTask: () => new Promise((resolve) => setTimeout(resolve)),
  })
}
const job = (signal: AbortSignal = new AbortController().signal) => ({ signal, onProgress: () => {} })
const spec = (epochs: number) => tinySpec({ classifierEpochs: epochs, focusFrom: 1 })
/** Crops of which nobody keeps the features: they are moved. */
const cropsOf = async (requests: readonly CropRequest[]) =>
  requests.map(({ imageIndex }) => tinyPictures(8)[imageIndex]!)

describe('the classifier over a message channel', () => {
  test('trains with crops from this side, tells in order, and answers about a view', async () => {
    const started: string[] = []
    const client = createClassifierClient({ start: () => workerWith(service(started)) })
    const events: ClassifierEvent[] = []
    const asked: (readonly CropRequest[])[] = []
    const given = tinyPictures(8)
    const training = client.train(
      spec(3),
      given,
      tinyPictures(6),
      [0],
      async (requests) => {
        asked.push(requests)
        return cropsOf(requests)
      },
      (event) => void events.push(event),
      job(),
    )
    const trained = await training.finished
    expect(events.map(({ kind }) => kind)).toEqual([
      'backend',
      'epoch',
      'cam',
      'epoch',
      'cam',
      'epoch',
      'cam',
    ])
    expect(asked.length).toBe(1)
    expect(asked[0]!.length).toBeGreaterThan(0)
    // Moved, not copied.
    expect(given[0]!.features.levels[0]!.data.length).toBe(0)

    const starts = started.length
    const view = tinyView({ presence: [1], seed: 9 })
    const answer = await client.look({ key: 'a', bytes: trained.bytes }, view, 'class-map', job())
    expect([answer.scores.length, answer.maps.length]).toEqual([1, answer.width * answer.height])
    // The view stays here, and the backend that trained is good to look.
    expect(view.features.levels[0]!.data.length).toBeGreaterThan(0)
    expect(started.length).toBe(starts)
    const again = await client.look({ key: 'a', bytes: trained.bytes }, view, 'class-map', job())
    expect(again).toEqual(answer)
  })

  test('looks without a training, and a file that is none harms no other', async () => {
    const client = createClassifierClient({ start: () => workerWith(service()) })
    const trainer = createClassifierClient({ start: () => workerWith(service()) })
    const { bytes } = await trainer.train(spec(1), tinyPictures(8), [], [], cropsOf, () => {}, job()).finished
    const view = tinyView({ presence: [1], seed: 9 })
    await expect(
      client.look({ key: 'b', bytes: new Uint8Array(99) }, view, 'class-map', job()),
    ).rejects.toThrow(expect.objectContaining({ code: 'model/incompatible' }))
    expect((await client.look({ key: 'a', bytes }, view, 'grad-cam', job())).scores.length).toBe(1)
  })

  test('stop keeps the weights; what is refused arrives as what it is', async () => {
    const client = createClassifierClient({ start: () => workerWith(service()) })
    const training = client.train(spec(400), tinyPictures(8), [], [], cropsOf, () => {}, job())
    training.stop()
    expect(await training.finished).toMatchObject({ stoppedEarly: true })
    const refused = client.train(spec(1), [], [], [], cropsOf, () => {}, job()).finished
    await expect(refused).rejects.toThrow(expect.objectContaining({ code: 'train/no-examples' }))
  })

  test('cancel rejects with AbortError, and the next training is not harmed', async () => {
    const client = createClassifierClient({ start: () => workerWith(service()) })
    const controller = new AbortController()
    const cancelled = client.train(
      spec(400),
      tinyPictures(8),
      [],
      [],
      cropsOf,
      (event) => event.kind === 'epoch' && controller.abort(),
      job(controller.signal),
    )
    await expect(cancelled.finished).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }))
    expect(
      (await client.train(spec(1), tinyPictures(8), [], [], cropsOf, () => {}, job()).finished).epoch,
    ).toBe(0)
  })

  test('a worker that does not listen is terminated after the grace time', async () => {
    const deaf = workerWith<ClassifierApi>({ ...service(), train: () => new Promise(() => {}) })
    const client = createClassifierClient({ start: () => deaf, graceMs: 20 })
    const controller = new AbortController()
    const training = client.train(spec(1), tinyPictures(8), [], [], cropsOf, () => {}, job(controller.signal))
    controller.abort()
    await expect(training.finished).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }))
    expect(deaf.isTerminated()).toBe(true)
  })
})
