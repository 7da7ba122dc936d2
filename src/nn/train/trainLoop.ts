import { AppError } from '../../core/errors'
import { createRandom } from '../../core/random'
import { retellRun } from '../../ml/retellRun'
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
import { createCheckpointPace } from './checkpointPace'
import { createCorrectionLog } from './correctionLog'
import { readDefectProbability } from './readLogits'
import { packProgress, unpackProgress, type BestSoFar } from './runCheckpoint'
import { identifyRun } from './runIdentity'
import { planRun } from './runPlan'
import { learningRateAt } from './schedule'
import { createStepReader, type CorrectionListener, type EpochTotals } from './stepReader'
import { TrainingState } from './trainingState'
import { validate } from './validate'

const PREVIEW_EVERY_MS = 1000
/** An epoch whose mean loss is so many times that of the first has lost its way, though every number is finite. */
const EXPLODED = 50

/** What the loop needs from where it runs. */
export interface TrainingHost {
  readonly signal: AbortSignal
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number
  /** Lets messages in; called while the run is paused, it waits for the end of the pause first. */
  readonly breathe: () => Promise<void>
  /** Absent: a host that never pauses. */
  readonly isPaused?: () => boolean
  readonly isStopped: () => boolean
  /** Losses are read back after so many steps: on a GPU each read waits for the work in flight. */
  readonly readEvery: number
}

/**
 * Trains a student and tells what happens; returns the exported network. Indices are those of the caller's lists.
 * The first example of an image is its upright one: corrections and previews are told in its frame.
 *
 * A run with `resumeFrom` first tells the steps and epochs that the checkpoint knows of, then goes on as if it had never
 * stopped: on the same backend its weights are the same to the last bit. Only the corrections of the part of an epoch
 * that lies before a checkpoint in its middle are not told; they come up again while they hold.
 *
 * Throws `train/no-examples`, `train/no-classes`, `train/diverged`, `train/bad-checkpoint`, and the signal's AbortError.
 * A cancelled run tells its last checkpoint before it throws.
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
  const identity = identifyRun(spec, plan, examples, validation)
  const saved = spec.resumeFrom === null ? null : unpackProgress(spec.resumeFrom, identity)
  const from = saved?.position ?? null
  // Separate streams: a change of one part of the recipe leaves the random numbers of the others as they were.
  const order = createRandom(from?.random.order ?? spec.seed + 1)
  const brightness = createRandom(from?.random.photometric ?? spec.seed + 2)
  const photometric = params.photometric ? brightness : null
  const dropout = createRandom(from?.random.dropout ?? spec.seed + 3)

  const corrections = createCorrectionLog(spec, saved?.corrected)
  const imageOf = (example: number): number => examples[example]!.imageIndex
  const onCorrection: CorrectionListener = (example, changedTo, probability) => {
    const imageIndex = imageOf(example)
    if (plan.uprightOf.get(imageIndex) === example) corrections.add(imageIndex, changedTo, probability)
  }
  const reader = createStepReader(imageOf, onCorrection, from ?? undefined)
  const state = new TrainingState(network, spec.seed)
  const loss = {
    classWeights: tf.tensor1d(plan.classWeights),
    binaryWeight: params.binaryLossWeight,
    diceBeta: params.diceBeta,
    correction: null,
  }
  const correction = { threshold: params.correctionThreshold, cap: params.correctionCap }

  let best: BestSoFar | null = saved?.best ?? null
  const losses = [...(saved?.losses ?? [])]
  const reports = [...(saved?.reports ?? [])]
  let step = saved?.state.steps ?? 0
  let epoch = from?.epoch ?? 0
  /** Batches of the epoch under way that are done. */
  let batchesDone = from?.batch ?? 0
  /** State of `order` when the epoch under way began. */
  let orderState = order.state()
  let epochStartedAt = startedAt - (from?.epochMs ?? 0)
  const elapsed = (): number => host.now() - startedAt + (from?.elapsedMs ?? 0)
  let mustEnd = false
  let hasStalled = false
  let previewTurn = 0
  let previewAt = startedAt
  const pace = createCheckpointPace(startedAt, saved !== null)

  try {
    if (saved !== null) {
      state.restore(saved.state)
      yield* retellRun({ step, batch: batchesDone }, reports, losses)
    }
    while (epoch < epochs && !mustEnd && !hasStalled) {
      const isCorrecting = params.selfCorrection && epoch >= firstCorrectedEpoch(params)
      const batches = planEpoch(examples.length, batchSize, order)

      while (batchesDone < batches.length && !mustEnd) {
        const indices = batches[batchesDone]!
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
        batchesDone++
        if (reader.unread >= host.readEvery) yield* tellLosses()
        if (previews.length > 0 && host.now() - previewAt >= PREVIEW_EVERY_MS) {
          yield* preview(previews[previewTurn++ % previews.length]!)
          previewAt = host.now()
        }
        yield* heed()
        if (pace.isDue(host.now(), 'withinEpoch')) yield* checkpoint()
        mustEnd = host.isStopped() || isOver(params.maxMinutes, elapsed())
      }
      yield* tellLosses()

      let scores: EpochReport['validation'] = null
      if (validation.length > 0) {
        scores = await validate(state, validation, setup, loss, batchSize, breatheUnlessPaused)
        yield* heed()
      }
      if (plan.choosesBest && scores !== null && (best === null || scores.anomalyMiou > best.score)) {
        best = { values: await state.averagedValues(), epoch, score: scores.anomalyMiou }
      }
      hasStalled = params.patience > 0 && best !== null && epoch - best.epoch >= params.patience
      yield* corrections.report(epoch)
      const seconds = (host.now() - epochStartedAt) / 1000
      const report = describeEpoch(epoch, epochs, reader.takeTotals(), scores, seconds)
      reports.push(report)
      yield { kind: 'epoch', report }
      assertNotExploded(report, reports[0]!)
      epoch++
      batchesDone = 0
      orderState = order.state()
      epochStartedAt = host.now()
      if (epoch < epochs && !mustEnd && !hasStalled && pace.isDue(host.now(), 'endOfEpoch'))
        yield* checkpoint()
    }

    epoch--
    for (const imageIndex of previews) yield* preview(imageIndex)
    const chosen = best ?? { values: await state.averagedValues(), epoch }
    const onnx = exportStudent(network, plan.shape, chosen.values, setup.standards, {
      student: plan.architecture.id,
      version: String(plan.architecture.version),
      seed: String(spec.seed),
    })
    return { onnx, epoch: chosen.epoch, stoppedEarly: mustEnd, steps: step, seconds: elapsed() / 1000 }
  } finally {
    reader.dispose()
    loss.classWeights.dispose()
    state.dispose()
  }

  async function* tellLosses(): AsyncGenerator<TrainingEvent> {
    if (reader.unread === 0) return
    const read = await reader.read()
    losses.push(...read)
    yield { kind: 'steps', firstStep: losses.length - read.length, losses: read }
  }

  /** Lets the person in: a run that is paused or cancelled is saved first, whatever comes after. */
  async function* heed(): AsyncGenerator<TrainingEvent> {
    await breatheUnlessPaused()
    if (host.signal.aborted || host.isPaused?.() === true) yield* checkpoint()
    while (host.isPaused?.() === true && !host.signal.aborted) await host.breathe()
    host.signal.throwIfAborted()
  }

  /** A pause that begins within a validation is heeded, and saved, at its end. */
  async function breatheUnlessPaused(): Promise<void> {
    if (host.isPaused?.() !== true) await host.breathe()
  }

  async function* checkpoint(): AsyncGenerator<TrainingEvent> {
    yield* tellLosses()
    const now = host.now()
    const bytes = packProgress(spec, identity, setup.standards, {
      position: {
        epoch,
        batch: batchesDone,
        elapsedMs: elapsed(),
        epochMs: now - epochStartedAt,
        random: { order: orderState, photometric: brightness.state(), dropout: dropout.state() },
        ...reader.counts(),
      },
      state: await state.save(),
      best,
      reports,
      losses,
      corrected: corrections.reported(),
    })
    pace.taken(now, host.now())
    yield { kind: 'checkpoint', epoch: reports.length - 1, bytes }
  }

  async function* preview(imageIndex: number): AsyncGenerator<TrainingEvent> {
    const upright = plan.uprightOf.get(imageIndex)
    if (upright !== undefined) yield await drawPreview(state, examples[upright]!, setup, epoch)
  }
}

/** Throws `train/diverged`. */
function assertNotExploded({ epoch, loss }: EpochReport, first: EpochReport): void {
  if (!(loss > EXPLODED * first.loss) || first.loss === 0) return
  throw new AppError(
    'train/diverged',
    `the loss of epoch ${epoch + 1} is ${loss.toPrecision(3)}, more than ${EXPLODED} times that of the first (${first.loss.toPrecision(3)})`,
  )
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
