import { beforeAll, describe, expect, test } from 'vitest'
import type { ClassifierEvent, ClassifierExample, TrainedClassifier } from '../../ml/cam/classifier'
import { startBackend } from '../__fixtures__/backends'
import { tf } from '../tf'
import { TINY_DEFECT, tinyClassifierSpec, tinyView, tinyViews } from './__fixtures__/tinyViews'
import { openClassifier } from './lookAt'
import { trainClassifier, type ClassifierHost } from './trainClassifier'

beforeAll(() => startBackend('wasm'))

function host(overrides: Partial<ClassifierHost> = {}): ClassifierHost {
  let ticks = 0
  return {
    signal: new AbortController().signal,
    now: () => ticks++,
    breathe: () => Promise.resolve(),
    isStopped: () => false,
    cropFeatures: async (requests) =>
      requests.map(({ imageIndex, rect }) => tinyView(imageIndex, imageIndex < 6, rect)),
    ...overrides,
  }
}

async function train(
  given: {
    readonly params?: Parameters<typeof tinyClassifierSpec>[0]
    readonly examples?: readonly ClassifierExample[]
    readonly validation?: readonly ClassifierExample[]
    readonly host?: Partial<ClassifierHost>
  } = {},
): Promise<{ readonly events: ClassifierEvent[]; readonly trained: TrainedClassifier }> {
  const events: ClassifierEvent[] = []
  const run = trainClassifier(
    tinyClassifierSpec(given.params),
    given.examples ?? tinyViews(6),
    given.validation ?? [],
    [0, 1],
    host(given.host),
  )
  for (;;) {
    const next = await run.next()
    if (next.done === true) return { events, trained: next.value }
    events.push(next.value)
  }
}

const epochsOf = (events: readonly ClassifierEvent[]) =>
  events.flatMap((event) => (event.kind === 'epoch' ? [event.report] : []))

describe('the defect-focus classifier', () => {
  test('pooled by the mean it tells its own pictures apart', async () => {
    const { trained, events } = await train({ params: { pooling: 'mean', classifierEpochs: 12 } })
    expect(trained.trainingAp).toBe(1)
    expect(epochsOf(events).at(-1)!.lossClasses).toBeLessThan(epochsOf(events)[0]!.lossClasses)
  })

  test('pooled by the strongest places it tells defective from clean and fires on the defect', async () => {
    const { trained } = await train({ params: { classifierEpochs: 12 } })
    expect(trained.trainingAp).toBe(1)
    const live = openClassifier(trained.bytes)
    const [defective, clean] = [tinyView(20, true), tinyView(21, false)]
    const answer = await live.look(defective, 'class-map')
    expect(answer.scores[0]).toBeGreaterThan((await live.look(clean, 'class-map')).scores[0]!)
    // 112 x 64 of the canvas: 14 x 8 places, the padding cut off.
    expect([answer.width, answer.height]).toEqual([14, 8])
    const peak = answer.maps.indexOf(Math.max(...answer.maps))
    const [u, v] = [((peak % 14) + 0.5) / 14, (Math.floor(peak / 14) + 0.5) / 8]
    expect(u).toBeGreaterThan(TINY_DEFECT.x - 0.05)
    expect(u).toBeLessThan(TINY_DEFECT.x + TINY_DEFECT.width + 0.05)
    expect(v).toBeGreaterThan(TINY_DEFECT.y - 0.1)
    expect(v).toBeLessThan(TINY_DEFECT.y + TINY_DEFECT.height + 0.1)
    live.dispose()
  })

  test('contrast and crops begin when they should; crops are asked for once a refresh, of clean pictures too', async () => {
    const asked: number[] = []
    const cropFeatures: ClassifierHost['cropFeatures'] = async (requests) => {
      asked.push(requests.filter(({ imageIndex }) => imageIndex >= 6).length)
      return requests.map(({ imageIndex, rect }) => tinyView(imageIndex, imageIndex < 6, rect))
    }
    const { events } = await train({ host: { cropFeatures } })
    // Epochs 3 and 5 of 0 to 5; the six clean pictures each time.
    expect(asked).toEqual([6, 6])
    const contrasts = epochsOf(events).map(({ lossContrast }) => lossContrast !== null)
    expect(contrasts).toEqual([false, false, false, true, true, true])
    const off = await train({
      params: { contrast: false, guidedCrops: false },
      host: { cropFeatures: () => Promise.reject(new Error('nobody asks')) },
    })
    expect(
      epochsOf(off.events).every(({ lossContrast, crops }) => lossContrast === null && crops === 0),
    ).toBe(true)
  })

  test('equal seeds give equal classifiers, to the last bit; previews come after every epoch', async () => {
    const [a, b] = [await train(), await train()]
    expect(a.trained.bytes).toEqual(b.trained.bytes)
    const cams = a.events.filter((event) => event.kind === 'cam')
    expect(cams.map(({ imageIndex }) => imageIndex)).toEqual([0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1])
    expect(cams[0]).toMatchObject({ classIndex: 0, width: 14, height: 8 })
    expect(Math.max(...cams[0]!.map)).toBe(255)
  })

  test('with three validation images of a kind the earliest best epoch is kept, with two the last', async () => {
    const judged = await train({ validation: tinyViews(3) })
    const aps = epochsOf(judged.events).map(({ validationAp }) => validationAp!)
    expect(judged.trained.epoch).toBe(aps.indexOf(Math.max(...aps)))
    expect((await train({ validation: tinyViews(2) })).trained.epoch).toBe(5)
  })

  test('stop keeps what there is, cancel throws; neither, nor a whole run, leaves a tensor behind', async () => {
    await train()
    const before = tf.memory().numTensors
    let epochs = 0
    const stopped = await train({ host: { isStopped: () => ++epochs >= 2 } })
    expect(stopped.trained).toMatchObject({ stoppedEarly: true, epoch: 1 })
    const controller = new AbortController()
    const breathe = async (): Promise<void> => controller.abort()
    await expect(train({ host: { signal: controller.signal, breathe } })).rejects.toThrow(
      expect.objectContaining({ name: 'AbortError' }),
    )
    expect(tf.memory().numTensors).toBe(before)
  })

  test('one kind of image alone cannot be learned from, and the message says why', async () => {
    await expect(train({ examples: [tinyView(0, true)] })).rejects.toThrow(
      expect.objectContaining({
        code: 'train/no-examples',
        message: expect.stringContaining('1 defective and 0 clean') as unknown,
      }),
    )
  })
})
