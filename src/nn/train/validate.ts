import { addToConfusion, createConfusion, semanticMetrics } from '../../ml/metrics/confusion'
import type { EpochReport, TrainingExample } from '../../ml/training'
import { disposeReport, studentLoss, type StudentLossOptions } from '../losses/studentLoss'
import { assembleBatch, disposeBatch, type BatchSetup } from './batches'
import { readDefectClass, readDefectProbability } from './readLogits'
import type { TrainingState } from './trainingState'

/** Where the binary head says "defect" without tuning (pilot.md, "What worked" 3). */
const DEFECT_THRESHOLD = 0.5

type Validation = NonNullable<EpochReport['validation']>

/**
 * The averaged weights on examples with trusted masks: the binary head (1 - P(background) without one) says where, the
 * class head's best defect class says which. Loss is the mean over the batches, without self-correction.
 */
export async function validate(
  state: TrainingState,
  examples: readonly TrainingExample[],
  setup: BatchSetup,
  loss: StudentLossOptions,
  batchSize: number,
  breathe: () => Promise<void>,
): Promise<Validation> {
  const confusion = createConfusion(setup.classCount + 1)
  let lossSum = 0
  for (let from = 0; from < examples.length; from += batchSize) {
    const part = examples.slice(from, from + batchSize)
    const { width, height } = part[0]!.target
    const batch = assembleBatch(part, setup, null)
    const logits = state.predict(batch)
    const { loss: value, report } = studentLoss(logits, batch.target, { ...loss, correction: null })
    value.dispose()
    const [total] = await report.terms.data()
    lossSum += total! * part.length
    const probability = await readDefectProbability(logits, part[0]!.target, setup.classCount)
    const defectClass = await readDefectClass(logits, part[0]!.target, setup.classCount)
    const pixels = width * height
    part.forEach(({ target }, i) => {
      const data = Uint8Array.from({ length: pixels }, (_, p) =>
        probability[i * pixels + p]! > DEFECT_THRESHOLD ? defectClass[i * pixels + p]! : 0,
      )
      addToConfusion(confusion, target, { width, height, data })
    })
    disposeReport(report)
    logits.dispose()
    disposeBatch(batch)
    await breathe()
  }
  const metrics = semanticMetrics(confusion)
  return { loss: lossSum / examples.length, binaryIou: metrics.binary.iou, anomalyMiou: metrics.anomalyMiou }
}
