import { AppError } from '../../core/errors'
import { createRandom } from '../../core/random'
import type {
  ClassifierEpoch,
  ClassifierEvent,
  ClassifierExample,
  ClassifierSpec,
  ClassifierView,
  CropRequest,
  TrainedClassifier,
} from '../../ml/cam/classifier'
import { stretchCam } from '../../ml/cam/stretchCam'
import { learningRateAt } from '../train/schedule'
import { balancedBatches } from './balancedBatches'
import { writeClassifier } from './classifierFile'
import { planClassifier } from './classifierPlan'
import { ClassifierState } from './classifierState'
import { drawGuidedCrops, NO_CROPS } from './guidedCrops'
import { imageAp } from './imageAp'
import { seenCam } from './seenCam'

/** So many steps in a row without a number: the weights are lost. */
const LOST_STEPS = 3
/** Epochs without a better ranking of the validation images after which a training ends. */
const PATIENCE = 10
const MOST_PREVIEWS = 8

/** What the loop needs from where it runs. */
export interface ClassifierHost {
  readonly signal: AbortSignal
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number
  /** Lets messages in. */
  readonly breathe: () => Promise<void>
  readonly isStopped: () => boolean
  readonly cropFeatures: (requests: readonly CropRequest[]) => Promise<readonly ClassifierView[]>
}

/**
 * Trains a defect-focus classifier on frozen features and tells what happens; returns its file. Balanced batches, AdamW with
 * a cosine, a moving average that is what is looked at and kept; from epoch `focusFrom` the contrastive loss and guided
 * crops, drawn anew every `refreshEvery` epochs. Flips come as examples; the photometric augmentation of the method is not
 * possible on features that are computed once. The epoch with the best ranking of the validation images is kept, the
 * later of equals; the last one when there are fewer than 3 of either kind. Equal seeds give equal weights.
 * Source: methods/cam-pseudo-masks.md, A1 to A5 (our reconstruction).
 *
 * Throws `train/no-examples`, `train/no-classes`, `train/diverged`, and the signal's AbortError.
 */
export async function* trainClassifier(
  spec: ClassifierSpec,
  examples: readonly ClassifierExample[],
  validation: readonly ClassifierExample[],
  previews: readonly number[],
  host: ClassifierHost,
): AsyncGenerator<ClassifierEvent, TrainedClassifier> {
  const startedAt = host.now()
  const plan = planClassifier(spec, examples, validation)
  const { params, pooling, shape } = plan
  const epochs = params.classifierEpochs
  // Separate streams: what one part draws leaves the other as it was.
  const order = createRandom(spec.seed + 1)
  const places = createRandom(spec.seed + 2)
  const schedule = {
    base: params.classifierRate,
    warmupSteps: 0,
    totalSteps: epochs * plan.stepsPerEpoch,
    cosineEvery: 1,
  }
  const trained = [...plan.uprights.values()]
  const breathe = async (): Promise<void> => {
    await host.breathe()
    host.signal.throwIfAborted()
  }

  const state = new ClassifierState(plan.network, plan.standards, spec.seed)
  let best: { values: ReadonlyMap<string, Float32Array>; report: ClassifierEpoch } | null = null
  let last: ClassifierEpoch | null = null
  let crops = NO_CROPS
  let step = 0
  let lostInARow = 0
  let mustEnd = false
  try {
    for (let epoch = 0; epoch < epochs && !mustEnd; epoch++) {
      const epochStartedAt = host.now()
      const isFocusing = epoch >= params.focusFrom
      if (isFocusing && plan.hasCrops && (epoch - params.focusFrom) % params.refreshEvery === 0)
        crops = await drawGuidedCrops(state, plan, host.cropFeatures, places, breathe)
      const contrast =
        isFocusing && params.contrastive && params.contrastWeight > 0
          ? { weight: params.contrastWeight, temperature: params.contrastTemperature }
          : null
      const batches = balancedBatches(
        { whole: plan.defective, crops: crops.defective },
        { whole: plan.clean, crops: crops.clean },
        plan.batchSize,
        plan.stepsPerEpoch,
        order,
      )
      if (step === 0) await state.centre(batches[0]!, pooling)
      const sums = { classes: 0, contrast: 0, steps: 0 }
      for (const batch of batches) {
        const losses = await state.step(batch, {
          optimiser: {
            learningRate: learningRateAt(step++, schedule),
            weightDecay: params.classifierDecay,
          },
          pooling,
          positiveWeights: plan.positiveWeights,
          contrast,
        })
        lostInARow = losses.isFinite ? 0 : lostInARow + 1
        if (lostInARow >= LOST_STEPS)
          throw new AppError(
            'train/diverged',
            `the loss of ${LOST_STEPS} steps in a row is no number, in epoch ${epoch + 1}`,
          )
        if (losses.isFinite) {
          sums.classes += losses.classes
          sums.contrast += losses.contrast ?? 0
          sums.steps++
        }
        await breathe()
      }
      const count = Math.max(1, sums.steps)
      const lossContrast = contrast === null ? null : sums.contrast / count
      const report: ClassifierEpoch = {
        epoch,
        epochs,
        loss: sums.classes / count + (contrast?.weight ?? 0) * (lossContrast ?? 0),
        lossClasses: sums.classes / count,
        lossContrast,
        trainingAp: await imageAp(state, trained, pooling, breathe),
        validationAp: await imageAp(state, validation, pooling, breathe),
        crops: crops.defective.length + crops.clean.length,
        seconds: (host.now() - epochStartedAt) / 1000,
      }
      last = report
      if (plan.choosesBest && (report.validationAp ?? 0) >= (best?.report.validationAp ?? 0))
        best = { values: await state.averagedValues(), report }
      yield { kind: 'epoch', report }
      yield* showCams(epoch)
      mustEnd = host.isStopped() || (best !== null && epoch - best.report.epoch >= PATIENCE)
    }

    const chosen = best ?? { values: await state.averagedValues(), report: last! }
    return {
      bytes: writeClassifier({ ...shape, pooling, values: chosen.values, standards: plan.standards }),
      epoch: chosen.report.epoch,
      stoppedEarly: mustEnd,
      trainingAp: chosen.report.trainingAp,
      validationAp: chosen.report.validationAp,
      seconds: (host.now() - startedAt) / 1000,
    }
  } finally {
    state.dispose()
  }

  async function* showCams(epoch: number): AsyncGenerator<ClassifierEvent> {
    for (const imageIndex of previews.slice(0, MOST_PREVIEWS)) {
      const upright = plan.uprights.get(imageIndex)
      if (upright === undefined) continue
      const classIndex = Math.max(0, upright.presence.indexOf(1))
      const { width, height, data } = stretchCam(await seenCam(state, upright, classIndex, pooling))
      const map = Uint8Array.from(data, (value) => Math.round(255 * value))
      yield { kind: 'cam', epoch, imageIndex, classIndex, width, height, map }
      await breathe()
    }
  }
}
