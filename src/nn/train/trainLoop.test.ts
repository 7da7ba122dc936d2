import { beforeEach, describe, expect, test } from 'vitest'
import type { TrainedStudent, TrainingEvent, TrainingExample, TrainingSpec } from '../../ml/training'
import { readCheckpoint, writeCheckpoint } from '../../ml/trainingCheckpoint'
import { startBackend } from '../__fixtures__/backends'
import { TINY_LEVELS, TINY_SIZE, tinyExample } from '../__fixtures__/tinyExamples'
import { tf } from '../tf'
import { exportCheckpoint } from './exportCheckpoint'
import { trainStudent, type TrainingHost } from './trainLoop'

const spec = (params: TrainingSpec['params'] = {}): TrainingSpec => ({
  studentId: 'light',
  classCount: 2,
  levels: TINY_LEVELS,
  ...TINY_SIZE,
  seed: 3,
  params: { channels: 8, epochs: 3, batchSize: 4, warmupSteps: 2, ...params },
  backend: null,
  backboneWeights: null,
  resumeFrom: null,
})
const host = (overrides: Partial<TrainingHost> = {}): TrainingHost => ({
  signal: new AbortController().signal,
  now: () => 0,
  breathe: async () => {},
  isStopped: () => false,
  readEvery: 3,
  ...overrides,
})
const set = (count: number): TrainingExample[] =>
  Array.from({ length: count }, (_, i) => tinyExample(i, 100 + i))

async function run(
  from: AsyncGenerator<TrainingEvent, TrainedStudent>,
): Promise<{ events: TrainingEvent[]; result: TrainedStudent }> {
  const events: TrainingEvent[] = []
  for (;;) {
    const next = await from.next()
    if (next.done === true) return { events, result: next.value }
    events.push(next.value)
  }
}
/** For runs that fail: what they told before. */
async function follow(
  from: AsyncGenerator<TrainingEvent, TrainedStudent>,
  events: TrainingEvent[],
): Promise<void> {
  for (let next = await from.next(); next.done !== true; next = await from.next()) events.push(next.value)
}
const ofKind = <K extends TrainingEvent['kind']>(events: readonly TrainingEvent[], kind: K) =>
  events.filter((event): event is Extract<TrainingEvent, { kind: K }> => event.kind === kind)

/** Enough to learn one tiny picture by heart. */
const LEARNING = { channels: 16, epochs: 12, learningRate: 0.01, emaDecay: 0.8, warmupSteps: 5 }

const bytesOf = (values: Uint8Array): Buffer => Buffer.from(values)
/** A clock on which two steps take 12 s, so that every end of an epoch is a time to save. */
const slow = (): Pick<TrainingHost, 'now' | 'breathe'> => {
  let ms = 0
  return { now: () => ms, breathe: async () => void (ms += 6000) }
}

describe('trainStudent', () => {
  // One test computes on the slow path: the others must not.
  beforeEach(() => startBackend('wasm'))

  test('tells every step once and every epoch, learns, and frees everything', async () => {
    const before = tf.memory().numTensors
    const copies = Array.from({ length: 7 }, (_, i) => tinyExample(i, 100))
    const { events, result } = await run(
      trainStudent(spec(LEARNING), copies, [tinyExample(0, 100)], [0, 2], host()),
    )
    // 7 examples in batches of at most 4 are 2 steps an epoch.
    expect(ofKind(events, 'steps').flatMap(({ losses }) => losses)).toHaveLength(24)
    expect(result.steps).toBe(24)
    const epochs = ofKind(events, 'epoch').map(({ report }) => report)
    expect(epochs.map(({ epoch }) => epoch)).toEqual(Array.from({ length: 12 }, (_, i) => i))
    expect(epochs.at(-1)!.lossFine).toBeLessThan(0.5 * epochs[0]!.lossFine)
    expect(epochs.at(-1)!.validation!.loss).toBeLessThan(epochs[0]!.validation!.loss)
    expect(ofKind(events, 'preview').map(({ imageIndex }) => imageIndex)).toEqual([0, 2])
    expect(result.onnx.length).toBeGreaterThan(1000)
    expect(tf.memory().numTensors).toBe(before)
  })

  test('equal seeds give equal networks, another seed another one', async () => {
    const onnxOf = async (seed: number) =>
      (await run(trainStudent({ ...spec(), seed }, set(4), [], [], host()))).result.onnx
    const first = await onnxOf(3)
    expect(Buffer.compare(first, await onnxOf(3))).toBe(0)
    expect(Buffer.compare(first, await onnxOf(4))).not.toBe(0)
  })

  test('stop ends after the step and keeps the weights; the epoch begun is told', async () => {
    let steps = 0
    const stopping = host({ readEvery: 1, breathe: async () => void steps++, isStopped: () => steps >= 3 })
    const { events, result } = await run(trainStudent(spec({ epochs: 30 }), set(8), [], [], stopping))
    expect(result).toMatchObject({ steps: 3, stoppedEarly: true, epoch: 1 })
    expect(ofKind(events, 'epoch')).toHaveLength(2)
    expect(result.onnx.length).toBeGreaterThan(1000)
  })

  test('cancel throws the AbortError and frees everything', async () => {
    const before = tf.memory().numTensors
    const controller = new AbortController()
    const aborting = host({ signal: controller.signal, breathe: async () => controller.abort() })
    await expect(run(trainStudent(spec(), set(4), [], [], aborting))).rejects.toThrow(
      expect.objectContaining({ name: 'AbortError' }),
    )
    expect(tf.memory().numTensors).toBe(before)
  })

  test('ten steps in a row without a finite loss end the run with train/diverged', async () => {
    await startBackend('cpu') // the wasm backend's relu turns NaN into 0
    const broken = set(2).map((example) => ({
      ...example,
      features: {
        ...example.features,
        // 0x7e00 is NaN as a half.
        levels: example.features.levels.map((level) => ({ ...level, data: level.data.map(() => 0x7e00) })),
      },
    }))
    await expect(
      run(trainStudent(spec({ epochs: 30 }), broken, [], [], host({ readEvery: 1 }))),
    ).rejects.toThrow(expect.objectContaining({ code: 'train/diverged' }))
  })

  test('with ten reviewed images the best epoch is kept, with nine the last', async () => {
    // A rate that grows wild after a good start would be chosen against by validation; here only the rule is checked.
    const ten = await run(trainStudent(spec({ epochs: 4, learningRate: 0.02 }), set(4), set(10), [], host()))
    const scores = ofKind(ten.events, 'epoch').map(({ report }) => report.validation!.anomalyMiou)
    expect(ten.result.epoch).toBe(scores.indexOf(Math.max(...scores)))
    const nine = await run(trainStudent(spec({ epochs: 4, learningRate: 0.02 }), set(4), set(9), [], host()))
    expect(nine.result.epoch).toBe(3)
  })

  test('patience ends a run whose validation no longer improves; without ten reviewed images it never does', async () => {
    const patient = spec({ epochs: 40, patience: 1, learningRate: 0.05 })
    const ten = await run(trainStudent(patient, set(4), set(10), [], host()))
    const scores = ofKind(ten.events, 'epoch').map(({ report }) => report.validation!.anomalyMiou)
    // The best epoch and one that is not better; it ends as a finished run.
    expect(scores.length).toBeLessThan(40)
    expect(scores.length).toBe(scores.indexOf(Math.max(...scores)) + 2)
    expect(ten.result).toMatchObject({ epoch: scores.length - 2, stoppedEarly: false })
    const nine = await run(trainStudent(spec({ epochs: 6, patience: 2 }), set(4), set(9), [], host()))
    expect(ofKind(nine.events, 'epoch')).toHaveLength(6)
    expect(nine.result.epoch).toBe(5)
  })

  test('clean validation images alone choose no epoch: the last is kept', async () => {
    const clean = set(10).map((example) => ({
      ...example,
      target: { ...TINY_SIZE, data: new Uint8Array(512) },
    }))
    const { result } = await run(trainStudent(spec({ epochs: 3 }), set(4), clean, [], host()))
    expect(result.epoch).toBe(2)
  })

  test('images that the cap leaves alone are counted, each once an epoch', async () => {
    // Nothing may change (cap 0), and the student is sure of defects soon: whoever would change is capped.
    const copies = Array.from({ length: 7 }, (_, i) => tinyExample(i, 100))
    const erased = { ...copies[0]!, target: { ...TINY_SIZE, data: new Uint8Array(512) } }
    const { events } = await run(
      trainStudent(
        spec({
          ...LEARNING,
          epochs: 20,
          selfCorrection: true,
          correctionWarmup: 0,
          correctionThreshold: 0.5,
          correctionCap: 0,
        }),
        [erased, erased, ...copies.slice(1)],
        [],
        [],
        host(),
      ),
    )
    const reports = ofKind(events, 'epoch').map(({ report }) => report)
    expect(reports.every(({ correctedPixels }) => correctedPixels === 0)).toBe(true)
    // Image 0 is there twice and is one image.
    expect(reports.every(({ cappedImages }) => cappedImages <= 7)).toBe(true)
    expect(reports.at(-1)!.cappedImages).toBeGreaterThanOrEqual(1)
  })

  test('a defect missing from the labels is found, told once, and in the upright frame', async () => {
    // Seven copies of one picture, the first without its label: the six others teach what it lacks.
    const copies = Array.from({ length: 7 }, (_, i) => tinyExample(i, 100))
    const erased: TrainingExample = {
      ...copies[0]!,
      target: { ...TINY_SIZE, data: new Uint8Array(TINY_SIZE.width * TINY_SIZE.height) },
    }
    const { events } = await run(
      trainStudent(
        spec({
          ...LEARNING,
          epochs: 30,
          batchSize: 7,
          selfCorrection: true,
          correctionWarmup: 8,
          correctionThreshold: 0.5,
          correctionCap: 0.5,
        }),
        [erased, ...copies.slice(1)],
        [],
        [],
        host(),
      ),
    )
    const found = ofKind(events, 'correction').filter(({ imageIndex }) => imageIndex === 0)
    const truth = copies[0]!.target.data
    const told = new Uint8Array(truth.length)
    for (const { rle, classIndex, meanProbability, epoch } of found) {
      expect(epoch).toBeGreaterThanOrEqual(8)
      expect(meanProbability).toBeGreaterThan(0.5)
      expect(classIndex).toBeGreaterThan(0)
      let at = 0
      rle.counts.forEach((count, run) => {
        for (let i = at; run % 2 === 1 && i < at + count; i++) {
          const p = (i % rle.height) * rle.width + Math.floor(i / rle.height)
          expect(told[p]).toBe(0) // each pixel is told at most once
          told[p] = 1
        }
        at += count
      })
    }
    const size = told.reduce((sum, t) => sum + t, 0)
    const hits = truth.reduce((sum, label, p) => sum + (label > 0 ? told[p]! : 0), 0)
    expect(size).toBe(found.reduce((sum, { areaPx }) => sum + areaPx, 0))
    expect(size).toBeGreaterThanOrEqual(8)
    expect(hits / size).toBeGreaterThan(0.7)
  })

  test('a run resumed from the checkpoint of any epoch ends in the same network to the last bit', async () => {
    // Every random stream is in use, and so are the best epoch, self-correction and the moving average.
    const params = {
      epochs: 5,
      photometric: true,
      dropout: 0.2,
      correctionWarmup: 1,
      correctionThreshold: 0.5,
    }
    const [examples, validation] = [set(6), set(10)]
    const whole = await run(trainStudent(spec(params), examples, validation, [0], host(slow())))
    const saved = ofKind(whole.events, 'checkpoint')
    expect(saved.map(({ epoch }) => epoch)).toEqual([0, 1, 2, 3])
    for (const { bytes, epoch } of saved) {
      const resumed = await run(
        trainStudent({ ...spec(params), resumeFrom: bytes }, examples, validation, [0], host(slow())),
      )
      expect(Buffer.compare(resumed.result.onnx, whole.result.onnx)).toBe(0)
      expect(resumed.result).toMatchObject({ steps: whole.result.steps, epoch: whole.result.epoch })
      const lossesOf = (events: readonly TrainingEvent[]) =>
        ofKind(events, 'steps').flatMap(({ losses }) => losses)
      expect(lossesOf(resumed.events)).toEqual(lossesOf(whole.events))
      const reportsOf = (events: readonly TrainingEvent[]) =>
        ofKind(events, 'epoch').map(({ report }) => ({ ...report, seconds: 0 }))
      expect(reportsOf(resumed.events)).toEqual(reportsOf(whole.events))
      const after = ofKind(whole.events, 'correction').filter((found) => found.epoch > epoch)
      expect(ofKind(resumed.events, 'correction')).toEqual(after)
    }
  })

  test('pause saves the run in the middle of an epoch, and from there it goes on exactly', async () => {
    const examples = set(8) // two steps an epoch
    const whole = await run(trainStudent(spec(), examples, [], [], host()))
    let breaths = 0
    const pausing = host({
      readEvery: 1,
      breathe: async () => void breaths++,
      // After the third step, for two breaths.
      isPaused: () => breaths === 3 || breaths === 4,
    })
    const paused = await run(trainStudent(spec(), examples, [], [], pausing))
    expect(Buffer.compare(paused.result.onnx, whole.result.onnx)).toBe(0)
    const [, middle] = ofKind(paused.events, 'checkpoint')
    const resumed = await run(
      trainStudent({ ...spec(), resumeFrom: middle!.bytes }, examples, [], [], host()),
    )
    expect(ofKind(resumed.events, 'steps')[0]!.losses).toHaveLength(2)
    expect(Buffer.compare(resumed.result.onnx, whole.result.onnx)).toBe(0)
  })

  test('a cancelled run tells its last checkpoint before it throws, and a resumed one frees everything', async () => {
    const before = tf.memory().numTensors
    const controller = new AbortController()
    let breaths = 0
    const aborting = host({
      signal: controller.signal,
      breathe: async () => void (++breaths === 3 && controller.abort()),
    })
    const events: TrainingEvent[] = []
    await expect(follow(trainStudent(spec(), set(8), [], [], aborting), events)).rejects.toThrow(
      expect.objectContaining({ name: 'AbortError' }),
    )
    const last = ofKind(events, 'checkpoint').at(-1)!
    expect(readCheckpoint(last.bytes).position).toMatchObject({ epoch: 1, batch: 1, step: 3 })
    const { result } = await run(trainStudent({ ...spec(), resumeFrom: last.bytes }, set(8), [], [], host()))
    expect(result.steps).toBe(6)
    expect(tf.memory().numTensors).toBe(before)
  })

  test('the network of a checkpoint is, to the last bit, the one that stopping there keeps', async () => {
    for (const validation of [[], set(10)]) {
      const whole = await run(trainStudent(spec(), set(8), validation, [], host(slow())))
      const { bytes, epoch } = ofKind(whole.events, 'checkpoint').at(-1)!
      expect(epoch).toBe(1)
      let steps = 0
      const stopping = host({ isStopped: () => ++steps >= 4 }) // two steps an epoch
      const { result } = await run(trainStudent(spec(), set(8), validation, [], stopping))
      const exported = exportCheckpoint(bytes, null)
      expect(Buffer.compare(exported.onnx, result.onnx)).toBe(0)
      expect(exported).toMatchObject({ epoch: result.epoch, steps: 4, stoppedEarly: true })
    }
  })

  test('a checkpoint of other settings, pictures or masks, or a damaged one, is refused with the reason', async () => {
    const { events } = await run(trainStudent(spec(), set(4), [], [], host()))
    const resumeFrom = ofKind(events, 'checkpoint')[0]!.bytes
    const resume = (changed: Partial<TrainingSpec>, examples = set(4)) =>
      run(trainStudent({ ...spec(), resumeFrom, ...changed }, examples, [], [], host()))
    const refused = (message: string) =>
      expect.objectContaining({
        code: 'train/bad-checkpoint',
        message: expect.stringContaining(message) as unknown,
      })
    await expect(resume({ seed: 4 })).rejects.toThrow(refused('other settings'))
    await expect(resume({ params: { ...spec().params, learningRate: 0.01 } })).rejects.toThrow(
      refused('other settings'),
    )
    await expect(resume({}, set(5))).rejects.toThrow(refused('other pictures or masks'))
    const [first, ...rest] = set(4)
    const target = { ...first!.target, data: first!.target.data.map((label, p) => (p === 9 ? 1 : label)) }
    await expect(resume({}, [{ ...first!, target }, ...rest])).rejects.toThrow(refused('other pictures'))
    const damaged = bytesOf(resumeFrom)
    damaged[damaged.length - 3]! ^= 1
    await expect(resume({ resumeFrom: new Uint8Array(damaged) })).rejects.toThrow(refused('damaged'))
  })

  test('a loss that explodes though it is finite ends the run with train/diverged, and nothing of it is saved', async () => {
    const { events } = await run(trainStudent(spec(), set(4), [], [], host(slow())))
    const sound = readCheckpoint(ofKind(events, 'checkpoint')[0]!.bytes)
    // As if one wild step had thrown the weights far away.
    const vectors = new Map(sound.vectors)
    vectors.set(
      'state/parameters',
      sound.vectors.get('state/parameters')!.map((value) => 1e4 * value),
    )
    const told: TrainingEvent[] = []
    await expect(
      follow(
        trainStudent(
          { ...spec(), resumeFrom: writeCheckpoint({ ...sound, vectors }) },
          set(4),
          [],
          [],
          host(slow()),
        ),
        told,
      ),
    ).rejects.toThrow(expect.objectContaining({ code: 'train/diverged' }))
    const losses = ofKind(told, 'epoch').map(({ report }) => report.loss)
    expect(losses).toHaveLength(2)
    expect(losses[1]!).toBeGreaterThan(50 * losses[0]!)
    expect(Number.isFinite(losses[1])).toBe(true)
    expect(ofKind(told, 'checkpoint')).toEqual([])
  })
})
