import { beforeAll, describe, expect, test, vi } from 'vitest'
import { defaultParams } from '../../core/params'
import { CLASSIFIER_PARAMS } from '../../ml/cam/camParams'
import type {
  ClassifierEvent,
  ClassifierExample,
  ClassifierSpec,
  CropRequest,
  TrainedClassifier,
} from '../../ml/cam/classifier'
import { startBackend } from '../__fixtures__/backends'
import { tf } from '../tf'
import { tinyPictures, tinySpec, tinyView } from './__fixtures__/tinyViews'
import { openClassifier } from './openClassifier'
import { trainClassifier, type ClassifierHost } from './trainClassifier'

vi.setConfig({ testTimeout: 60_000 })
beforeAll(() => startBackend('wasm'))

interface Run {
  readonly result: TrainedClassifier
  readonly events: readonly ClassifierEvent[]
  readonly requests: readonly (readonly CropRequest[])[]
}

async function train(
  spec: ClassifierSpec,
  examples: readonly ClassifierExample[],
  validation: readonly ClassifierExample[] = [],
  previews: readonly number[] = [],
  host: Partial<ClassifierHost> = {},
): Promise<Run> {
  const requests: (readonly CropRequest[])[] = []
  const events: ClassifierEvent[] = []
  const generator = trainClassifier(spec, examples, validation, previews, {
    signal: new AbortController().signal,
    now: () => performance.now(),
    breathe: async () => {},
    isStopped: () => false,
    cropFeatures: async (asked) => {
      requests.push(asked)
      return asked.map(({ imageIndex }) => examples.find((example) => example.imageIndex === imageIndex)!)
    },
    ...host,
  })
  for (;;) {
    const next = await generator.next()
    if (next.done === true) return { result: next.value, events, requests }
    events.push(next.value)
  }
}
const reportsOf = ({ events }: Run) =>
  events.flatMap((event) => (event.kind === 'epoch' ? [event.report] : []))

describe('training a classifier', () => {
  test('learns which pictures have a defect, and where, from image labels alone', async () => {
    const before = tf.memory().numTensors
    const run = await train(tinySpec({ classifierEpochs: 12, focusFrom: 6 }), tinyPictures(16), [], [0, 2, 1])
    const reports = reportsOf(run)
    expect(reports.length).toBe(12)
    expect(reports.at(-1)!.trainingAp).toBe(1)
    expect(reports.at(-1)!.lossClasses).toBeLessThan(0.5 * reports[0]!.lossClasses)
    expect(run.result.epoch).toBe(11)

    const classifier = openClassifier(run.result.bytes)
    const fresh = tinyView({ presence: [1], seed: 77, defects: [{ classIndex: 0, x: 4, y: 2 }] })
    const { scores, width, height, maps } = await classifier.lookAt(fresh, 'class-map')
    expect(scores[0]).toBeGreaterThan(0.5)
    expect([width, height]).toEqual([8, 8])
    const peak = maps.indexOf(Math.max(...maps))
    expect(peak % 8).toBeGreaterThanOrEqual(3)
    expect(peak % 8).toBeLessThanOrEqual(6)
    expect(Math.abs(Math.floor(peak / 8) - 2.5)).toBeLessThan(2)
    expect(
      (await classifier.lookAt(tinyView({ presence: [0], seed: 78 }), 'class-map')).scores[0],
    ).toBeLessThan(0.5)
    classifier.close()
    expect(tf.memory().numTensors).toBe(before)
  })

  test('tells the maps of the previewed pictures after every epoch, on their content', async () => {
    const run = await train(tinySpec({ classifierEpochs: 2 }), tinyPictures(8), [], [0, 1, 99])
    const cams = run.events.filter((event) => event.kind === 'cam')
    expect(cams.map(({ epoch, imageIndex }) => [epoch, imageIndex])).toEqual([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ])
    expect(cams.every(({ width, height, map }) => width === 8 && height === 8 && map.length === 64)).toBe(
      true,
    )
  })

  test('contrast and crops begin with focusFrom; crops are drawn anew and as many of clean pictures', async () => {
    const params = { classifierEpochs: 6, focusFrom: 2, refreshEvery: 2 }
    const run = await train(tinySpec(params), tinyPictures(12))
    const reports = reportsOf(run)
    expect(reports.map(({ lossContrast }) => lossContrast !== null)).toEqual([
      false,
      false,
      true,
      true,
      true,
      true,
    ])
    expect(reports.map(({ crops }) => crops > 0)).toEqual([false, false, true, true, true, true])
    expect(run.requests.length).toBe(2)
    for (const asked of run.requests) {
      const ofDefects = asked.filter(({ imageIndex }) => imageIndex % 2 === 0)
      expect(ofDefects.length * 2).toBe(asked.length)
      for (const { rect } of asked) {
        expect(rect.x >= 0 && rect.y >= 0 && rect.x + rect.width <= 1 + 1e-9).toBe(true)
        expect(rect.y + rect.height).toBeLessThanOrEqual(1 + 1e-9)
      }
    }
    const plain = await train(
      tinySpec({ ...params, contrastive: false, guidedCrops: false }),
      tinyPictures(12),
    )
    expect(plain.requests).toEqual([])
    expect(reportsOf(plain).every(({ lossContrast, crops }) => lossContrast === null && crops === 0)).toBe(
      true,
    )
  })

  test('equal seeds give equal weights, another seed others', async () => {
    const spec = tinySpec({ classifierEpochs: 3, focusFrom: 1 })
    const [first, second] = [await train(spec, tinyPictures(8)), await train(spec, tinyPictures(8))]
    expect(second.result.bytes).toEqual(first.result.bytes)
    const other = await train({ ...spec, seed: 2 }, tinyPictures(8))
    expect(other.result.bytes).not.toEqual(first.result.bytes)
  })

  test('several classes, unknown labels and pooling by the mean', async () => {
    const examples = Array.from({ length: 12 }, (_, i) => {
      const classIndex = i % 3
      return tinyView({
        presence: classIndex === 2 ? [0, 0] : classIndex === 0 ? [1, i % 2 === 0 ? 0 : 255] : [0, 1],
        seed: i,
        imageIndex: i,
        defects: classIndex === 2 ? [] : [{ classIndex, x: i % 6, y: (2 * i) % 6 }],
      })
    })
    const params = { pooling: 'mean', classifierEpochs: 30, focusFrom: 3 }
    const run = await train({ ...tinySpec(params), classCount: 2 }, examples)
    const classifier = openClassifier(run.result.bytes)
    const answer = await classifier.lookAt(
      tinyView({ presence: [0, 1], seed: 50, defects: [{ classIndex: 1, x: 2, y: 2 }] }),
      'class-map',
    )
    expect(answer.scores[1]).toBeGreaterThan(answer.scores[0]!)
    expect(answer.maps.length).toBe(2 * 64)
    classifier.close()
  })

  test('keeps the weights of the best validation epoch where three of each kind can be ranked', async () => {
    const run = await train(tinySpec({ classifierEpochs: 30 }), tinyPictures(8), tinyPictures(6))
    const reports = reportsOf(run)
    const best = Math.max(...reports.map(({ validationAp }) => validationAp!))
    expect(run.result.validationAp).toBe(best)
    expect(reports[run.result.epoch]!.validationAp).toBe(best)
    const few = await train(tinySpec({ classifierEpochs: 3 }), tinyPictures(8), tinyPictures(4))
    expect(few.result.epoch).toBe(2)
  })

  test('stop ends after the epoch and keeps the weights; an abort ends between two steps', async () => {
    const stopped = await train(tinySpec({ classifierEpochs: 30 }), tinyPictures(8), [], [], {
      isStopped: () => true,
    })
    expect(stopped.result.stoppedEarly).toBe(true)
    expect(reportsOf(stopped).length).toBe(1)
    const before = tf.memory().numTensors
    const controller = new AbortController()
    const cancelled = train(tinySpec({ classifierEpochs: 30 }), tinyPictures(8), [], [], {
      signal: controller.signal,
      breathe: async () => controller.abort(),
    })
    await expect(cancelled).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }))
    expect(tf.memory().numTensors).toBe(before)
  })

  test('says what is missing: both kinds of image, a class', async () => {
    const refusal = (examples: readonly ClassifierExample[], classCount = 1) =>
      train({ ...tinySpec(), classCount }, examples)
    const clean = tinyPictures(4).filter(({ presence }) => presence[0] === 0)
    const defective = tinyPictures(4).filter(({ presence }) => presence[0] === 1)
    for (const examples of [[], clean, defective])
      await expect(refusal(examples)).rejects.toThrow(
        expect.objectContaining({
          code: 'train/no-examples',
          message: expect.stringContaining('and images without'),
        }),
      )
    await expect(refusal(tinyPictures(4), 0)).rejects.toThrow(
      expect.objectContaining({ code: 'train/no-classes' }),
    )
  })

  test('a loss that is no number three times in a row ends the training', async () => {
    const broken = tinyPictures(8).map((example) => ({
      ...example,
      features: {
        ...example.features,
        levels: example.features.levels.map((level) => ({
          ...level,
          data: new Uint16Array(level.data.length).fill(0x7c00), // infinity
        })),
      },
    }))
    await expect(train(tinySpec(), broken)).rejects.toThrow(
      expect.objectContaining({ code: 'train/diverged' }),
    )
  })

  test('the defaults of the parameters are understood', async () => {
    const defaults = { ...defaultParams(CLASSIFIER_PARAMS), classifierEpochs: 1 }
    expect((await train(tinySpec(defaults), tinyPictures(8))).result.epoch).toBe(0)
  })
})
