import { AppError } from '../../core/errors'
import { readParams } from '../../core/params'
import { createRandom } from '../../core/random'
import type {
  EpochReport,
  TrainedStudent,
  TrainingEvent,
  TrainingExample,
  TrainingSpec,
} from '../../ml/training'
import { STUDENT_DESCRIPTORS, TRAINING_PARAMS, type TrainingParams } from '../../ml/trainingParams'
import { disposeReport, type StudentLossReport } from '../losses/studentLoss'
import { exportStudent } from '../onnx/exportStudent'
import { STUDENTS } from '../students'
import { tf } from '../tf'
import { assembleBatch, disposeBatch, planEpoch, type BatchSetup } from './batches'
import { classWeights } from './classWeights'
import { createCorrectionLog } from './correctionLog'
import { nameValues } from './flatParameters'
import { readDefectProbability } from './readLogits'
import { learningRateAt } from './schedule'
import { computeStandards } from './standards'
import { TrainingState } from './trainingState'
import { validate } from './validate'

/** With fewer reviewed images their score is too noisy to choose by: the last average is kept (product.md, decision 2). */
export const MIN_IMAGES_TO_CHOOSE_BY = 10
/** So many steps in a row without a finite loss mean that the run is lost. */
export const MAX_SKIPPED_IN_A_ROW = 10
/** Keeps the memory of a step within 2 GB: eight pictures of 512 x 512. */
const MAX_BATCH_PIXELS = 8 * 512 * 512
const PREVIEW_EVERY_MS = 1000

/** What the loop needs from where it runs. */
export interface TrainingHost {
  readonly signal: AbortSignal
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number
  /** Lets messages in, and waits while the run is paused. */
  readonly breathe: () => Promise<void>
  readonly isStopped: () => boolean
  /** Losses are read back after so many steps: on a GPU each read waits for the work in flight. */
  readonly readEvery: number
}

/** A step whose numbers are still on the device. */
interface OpenStep {
  readonly examples: readonly number[]
  readonly report: StudentLossReport
}

/**
 * Trains a student and tells what happens; returns the exported network. Indices are those of the caller's lists.
 * The first example of an image is its upright one: corrections and previews are told in its frame.
 * Throws `train/no-examples`, `train/diverged`, and the signal's AbortError.
 */
export async function* trainStudent(
  spec: TrainingSpec,
  examples: readonly TrainingExample[],
  validation: readonly TrainingExample[],
  previews: readonly number[],
  host: TrainingHost,
): AsyncGenerator<TrainingEvent, TrainedStudent> {
  if (examples.length === 0) throw new AppError('train/no-examples', 'there is no example to train on')
  if (spec.classCount < 1) throw new AppError('train/no-classes', 'a student needs at least one defect class')
  const architecture = STUDENTS.get(spec.studentId)
  const descriptor = STUDENT_DESCRIPTORS.find(({ id }) => id === spec.studentId)!
  const { values } = readParams({ ...TRAINING_PARAMS, ...descriptor.params }, spec.params)
  const params = values as unknown as TrainingParams // one list of parameters, seen from two sides
  const shape = { classCount: spec.classCount, levels: spec.levels, input: spec }
  const network = architecture.build(shape, values)

  const standards = computeStandards(examples.map(({ features }) => features))
  const setup: BatchSetup = { classCount: spec.classCount, standards, pixelBlock: network.pixelBlock }
  const largestBatch = Math.max(1, Math.floor(MAX_BATCH_PIXELS / (spec.width * spec.height)))
  const batchSize = Math.min(params.batchSize, largestBatch)
  const stepsPerEpoch = Math.ceil(examples.length / batchSize)
  const schedule = {
    base: params.learningRate,
    warmupSteps: params.warmupSteps,
    totalSteps: stepsPerEpoch * params.epochs,
  }
  const correction = { threshold: params.correctionThreshold, cap: params.correctionCap }
  const canChoose = new Set(validation.map(({ imageIndex }) => imageIndex)).size >= MIN_IMAGES_TO_CHOOSE_BY
  const upright = firstOfEachImage(examples)
  const corrections = createCorrectionLog(spec)
  // Separate streams: a change of one part of the recipe leaves the random numbers of the others as they were.
  const order = createRandom(spec.seed + 1)
  const photometric = params.photometric ? createRandom(spec.seed + 2) : null
  const dropout = createRandom(spec.seed + 3)

  const startedAt = host.now()
  const state = new TrainingState(network, spec.seed)
  const weights = tf.tensor1d(
    classWeights(
      examples.map(({ target }) => target),
      spec.classCount,
      params,
    ),
  )
  let best: { weights: Float32Array; epoch: number; score: number } | null = null
  let step = 0
  let epoch = 0
  let skippedInARow = 0
  let previewTurn = 0
  let previewAt = host.now()
  let open: OpenStep[] = []
  let mustEnd = false
  const loss = {
    classWeights: weights,
    binaryWeight: params.binaryLossWeight,
    diceBeta: params.diceBeta,
    correction: null,
  }

  try {
    for (; epoch < params.epochs && !mustEnd; epoch++) {
      const epochStartedAt = host.now()
      const totals = { steps: 0, loss: 0, fine: 0, binary: 0, corrected: 0, skipped: 0 }
      const isCorrecting = params.selfCorrection && epoch >= params.correctionWarmup

      const readBack = async (): Promise<TrainingEvent> => {
        const losses: number[] = []
        for (const { examples: indices, report } of open) {
          const [total, fine, binary, changed] = (await report.terms.data()) as Float32Array
          losses.push(total!)
          if (Number.isFinite(total)) {
            totals.steps++
            totals.loss += total!
            totals.fine += fine!
            totals.binary += binary!
            totals.corrected += changed!
            skippedInARow = 0
            if (changed! > 0) await noteCorrections(report, indices)
          } else {
            totals.skipped++
            skippedInARow++
          }
          disposeReport(report)
        }
        open = []
        if (skippedInARow >= MAX_SKIPPED_IN_A_ROW) {
          throw new AppError(
            'train/diverged',
            `no finite loss in ${skippedInARow} steps in a row, up to step ${step}`,
          )
        }
        return { kind: 'steps', firstStep: step - losses.length, losses }
      }
      const noteCorrections = async (
        report: StudentLossReport,
        indices: readonly number[],
      ): Promise<void> => {
        if (report.corrections === null) return
        const changedTo = await report.corrections.changedTo.data()
        const probability = await report.corrections.probability.data()
        const pixels = spec.width * spec.height
        indices.forEach((index, i) => {
          const { imageIndex } = examples[index]!
          if (upright.get(imageIndex) !== index) return
          const part = [i * pixels, (i + 1) * pixels] as const
          corrections.add(imageIndex, changedTo.subarray(...part), probability.subarray(...part))
        })
      }

      for (const indices of planEpoch(examples.length, batchSize, order)) {
        const batch = assembleBatch(
          indices.map((i) => examples[i]!),
          setup,
          photometric,
        )
        const report = state.step(
          batch,
          {
            loss: { ...loss, correction: isCorrecting ? correction : null },
            optimiser: { learningRate: learningRateAt(step, schedule), weightDecay: params.weightDecay },
            clipNorm: params.clipNorm,
            emaLimit: params.emaDecay,
          },
          dropout,
        )
        disposeBatch(batch)
        open.push({ examples: indices, report })
        step++
        if (open.length >= host.readEvery) yield await readBack()
        if (previews.length > 0 && host.now() - previewAt >= PREVIEW_EVERY_MS) {
          const imageIndex = previews[previewTurn++ % previews.length]!
          yield* preview(state, examples[upright.get(imageIndex) ?? -1], setup, epoch)
          previewAt = host.now()
        }
        await host.breathe()
        host.signal.throwIfAborted()
        mustEnd = host.isStopped() || isOver(params.maxMinutes, host.now() - startedAt)
        if (mustEnd) break
      }
      if (open.length > 0) yield await readBack()

      const scores =
        validation.length === 0
          ? null
          : await validate(state, validation, setup, loss, batchSize, host.breathe)
      host.signal.throwIfAborted()
      if (canChoose && scores !== null && (best === null || scores.anomalyMiou > best.score)) {
        best = { weights: await state.averagedWeights(), epoch, score: scores.anomalyMiou }
      }
      yield* corrections.report(epoch)
      yield {
        kind: 'epoch',
        report: describeEpoch(epoch, params.epochs, totals, scores, host.now() - epochStartedAt),
      }
    }
    for (const imageIndex of previews) {
      yield* preview(state, examples[upright.get(imageIndex) ?? -1], setup, epoch - 1)
    }
    const chosen = best ?? { weights: await state.averagedWeights(), epoch: epoch - 1 }
    const onnx = exportStudent(network, shape, nameValues(state.layout, chosen.weights), standards, {
      student: architecture.id,
      version: String(architecture.version),
      seed: String(spec.seed),
    })
    return {
      onnx,
      epoch: chosen.epoch,
      stoppedEarly: mustEnd,
      steps: step,
      seconds: (host.now() - startedAt) / 1000,
    }
  } finally {
    for (const { report } of open) disposeReport(report)
    weights.dispose()
    state.dispose()
  }
}

/** One picture's defect probability as bytes; nothing when the picture is not among the examples. */
async function* preview(
  state: TrainingState,
  example: TrainingExample | undefined,
  setup: BatchSetup,
  epoch: number,
): AsyncGenerator<TrainingEvent> {
  if (example === undefined) return
  const { width, height } = example.target
  const batch = assembleBatch([example], setup, null)
  const logits = state.predict(batch)
  const probability = await readDefectProbability(logits, height)
  logits.dispose()
  disposeBatch(batch)
  const defect = Uint8Array.from(probability, (p) => Math.round(255 * p))
  yield { kind: 'preview', epoch, imageIndex: example.imageIndex, width, height, defect }
}

function describeEpoch(
  epoch: number,
  epochs: number,
  totals: { steps: number; loss: number; fine: number; binary: number; corrected: number; skipped: number },
  validation: EpochReport['validation'],
  ms: number,
): EpochReport {
  const mean = (sum: number): number => sum / Math.max(1, totals.steps)
  return {
    epoch,
    epochs,
    loss: mean(totals.loss),
    lossFine: mean(totals.fine),
    lossBinary: mean(totals.binary),
    validation,
    correctedPixels: totals.corrected,
    skippedSteps: totals.skipped,
    seconds: ms / 1000,
  }
}

function firstOfEachImage(examples: readonly TrainingExample[]): ReadonlyMap<number, number> {
  const first = new Map<number, number>()
  examples.forEach(({ imageIndex }, i) => {
    if (!first.has(imageIndex)) first.set(imageIndex, i)
  })
  return first
}

function isOver(maxMinutes: number, ms: number): boolean {
  return maxMinutes > 0 && ms >= maxMinutes * 60_000
}
