import { createRandom } from '../../core/random'
import type {
  EpochReport,
  TrainedStudent,
  TrainingEvent,
  TrainingExample,
  TrainingSpec,
} from '../../ml/training'
import { firstCorrectedEpoch } from '../../ml/trainingParams'
import { exportStudent } from '../onnx/exportStudent'
import { tf } from '../tf'
import { assembleBatch, disposeBatch, planEpoch, type BatchSetup } from './batches'
import { createCorrectionLog } from './correctionLog'
import { readDefectProbability } from './readLogits'
import { planRun } from './runPlan'
import { learningRateAt } from './schedule'
import { createStepReader, type EpochTotals } from './stepReader'
import { TrainingState } from './trainingState'
import { validate } from './validate'

const PREVIEW_EVERY_MS = 1000

/** Weights and statistics by name. */
type Values = ReadonlyMap<string, Float32Array>

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

/**
 * Trains a student and tells what happens; returns the exported network. Indices are those of the caller's lists.
 * The first example of an image is its upright one: corrections and previews are told in its frame.
 * Throws `train/no-examples`, `train/no-classes`, `train/diverged`, and the signal's AbortError.
 */
export async function* trainStudent(
  spec: TrainingSpec,
  examples: readonly TrainingExample[],
  validation: readonly TrainingExample[],
  previews: readonly number[],
  host: TrainingHost,
): AsyncGenerator<TrainingEvent, TrainedStudent> {
  const startedAt = host.now()
  const plan = planRun(spec, examples, validation)
  const { network, params, setup, batchSize } = plan
  const { epochs } = params
  // Separate streams: a change of one part of the recipe leaves the random numbers of the others as they were.
  const order = createRandom(spec.seed + 1)
  const photometric = params.photometric ? createRandom(spec.seed + 2) : null
  const dropout = createRandom(spec.seed + 3)

  const corrections = createCorrectionLog(spec)
  const imageOf = (example: number): number => examples[example]!.imageIndex
  const reader = createStepReader(imageOf, (example, changedTo, probability) => {
    const imageIndex = imageOf(example)
    if (plan.uprightOf.get(imageIndex) === example) corrections.add(imageIndex, changedTo, probability)
  })
  const state = new TrainingState(network, spec.seed)
  const loss = {
    classWeights: tf.tensor1d(plan.classWeights),
    binaryWeight: params.binaryLossWeight,
    diceBeta: params.diceBeta,
    correction: null,
  }
  const correction = { threshold: params.correctionThreshold, cap: params.correctionCap }

  let best: { readonly values: Values; readonly epoch: number; readonly score: number } | null = null
  let step = 0
  let epoch = 0
  let mustEnd = false
  let hasStalled = false
  let previewTurn = 0
  let previewAt = startedAt

  try {
    for (; epoch < epochs && !mustEnd && !hasStalled; epoch++) {
      const epochStartedAt = host.now()
      const isCorrecting = params.selfCorrection && epoch >= firstCorrectedEpoch(params)

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
            optimiser: {
              learningRate: learningRateAt(step, plan.schedule),
              weightDecay: params.weightDecay,
            },
            clipNorm: params.clipNorm,
            emaLimit: params.emaDecay,
          },
          dropout,
        )
        disposeBatch(batch)
        reader.add(indices, report)
        step++
        if (reader.unread >= host.readEvery) {
          yield { kind: 'steps', firstStep: step - reader.unread, losses: await reader.read() }
        }
        if (previews.length > 0 && host.now() - previewAt >= PREVIEW_EVERY_MS) {
          yield* preview(previews[previewTurn++ % previews.length]!)
          previewAt = host.now()
        }
        await host.breathe()
        host.signal.throwIfAborted()
        mustEnd = host.isStopped() || isOver(params.maxMinutes, host.now() - startedAt)
        if (mustEnd) break
      }
      if (reader.unread > 0) {
        yield { kind: 'steps', firstStep: step - reader.unread, losses: await reader.read() }
      }

      const scores =
        validation.length === 0
          ? null
          : await validate(state, validation, setup, loss, batchSize, host.breathe)
      host.signal.throwIfAborted()
      if (plan.choosesBest && scores !== null && (best === null || scores.anomalyMiou > best.score)) {
        best = { values: await state.averagedValues(), epoch, score: scores.anomalyMiou }
      }
      hasStalled = params.patience > 0 && best !== null && epoch - best.epoch >= params.patience
      yield* corrections.report(epoch)
      const seconds = (host.now() - epochStartedAt) / 1000
      yield { kind: 'epoch', report: describeEpoch(epoch, epochs, reader.takeTotals(), scores, seconds) }
    }

    epoch--
    for (const imageIndex of previews) yield* preview(imageIndex)
    const chosen = best ?? { values: await state.averagedValues(), epoch }
    const onnx = exportStudent(network, plan.shape, chosen.values, setup.standards, {
      student: plan.architecture.id,
      version: String(plan.architecture.version),
      seed: String(spec.seed),
    })
    const seconds = (host.now() - startedAt) / 1000
    return { onnx, epoch: chosen.epoch, stoppedEarly: mustEnd, steps: step, seconds }
  } finally {
    reader.dispose()
    loss.classWeights.dispose()
    state.dispose()
  }

  async function* preview(imageIndex: number): AsyncGenerator<TrainingEvent> {
    const upright = plan.uprightOf.get(imageIndex)
    if (upright !== undefined) yield await drawPreview(state, examples[upright]!, setup, epoch)
  }
}

/** One picture's defect probability as bytes, by the averaged weights. */
async function drawPreview(
  state: TrainingState,
  example: TrainingExample,
  setup: BatchSetup,
  epoch: number,
): Promise<TrainingEvent> {
  const { width, height } = example.target
  const batch = assembleBatch([example], setup, null)
  const logits = state.predict(batch)
  const probability = await readDefectProbability(logits, example.target, setup.classCount)
  logits.dispose()
  disposeBatch(batch)
  const defect = Uint8Array.from(probability, (p) => Math.round(255 * p))
  return { kind: 'preview', epoch, imageIndex: example.imageIndex, width, height, defect }
}

function describeEpoch(
  epoch: number,
  epochs: number,
  totals: EpochTotals,
  validation: EpochReport['validation'],
  seconds: number,
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
    cappedImages: totals.cappedImages.size,
    skippedSteps: totals.skipped,
    seconds,
  }
}

function isOver(maxMinutes: number, ms: number): boolean {
  return maxMinutes > 0 && ms >= maxMinutes * 60_000
}
