import type { RunSeries } from '../../app/trainingFace'

/** Rows of one plot over a common step axis; null where a row has no point. */
export interface LossRows {
  /** 1, 2, ... one per training step. */
  readonly step: readonly number[]
  readonly stepLoss: readonly number[]
  /** At the step that ended each epoch. */
  readonly epochLoss: readonly (number | null)[]
  /** Binary IoU on reviewed validation images, 0..1, at the same steps. */
  readonly validationIou: readonly (number | null)[]
  readonly hasValidation: boolean
  /** Upper end of the loss axis: a round number, so that it moves in few jumps while the run goes on. */
  readonly lossTop: number
}

/** A few wild first steps must not flatten the rest: the axis ends at this quantile of the step losses, or above. */
const AXIS_QUANTILE = 0.98

/** Puts a run's series on one axis of steps. Epochs whose step count is unknown to the log fall on its last step. */
export function lossRows(series: RunSeries): LossRows {
  const count = series.stepLoss.length
  const epochLoss: (number | null)[] = Array.from({ length: count }, () => null)
  const validationIou: (number | null)[] = Array.from({ length: count }, () => null)
  let hasValidation = false
  for (const epoch of series.epochs) {
    const at = Math.min(Math.max(epoch.steps, 1), count) - 1
    if (at < 0) continue
    epochLoss[at] = epoch.loss
    validationIou[at] = epoch.validationIou
    hasValidation ||= epoch.validationIou !== null
  }
  return {
    step: Array.from({ length: count }, (_, i) => i + 1),
    stepLoss: series.stepLoss,
    epochLoss,
    validationIou,
    hasValidation,
    lossTop: lossTop(series),
  }
}

function lossTop(series: RunSeries): number {
  const sorted = series.stepLoss.filter((loss) => Number.isFinite(loss)).sort((a, b) => a - b)
  if (sorted.length === 0) return 1
  const quantile = sorted[Math.min(sorted.length - 1, Math.floor(AXIS_QUANTILE * sorted.length))]!
  const epochs = series.epochs.map((epoch) => epoch.loss).filter((loss) => Number.isFinite(loss))
  const top = Math.max(quantile, ...epochs)
  return top > 0 ? roundUp(top) : 1
}

/** The next of 1, 1.5, 2, 3, 5, 7.5 and their powers of ten. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  const lead = [1, 1.5, 2, 3, 5, 7.5, 10].find((step) => step >= value / power - 1e-9) ?? 10
  return lead * power
}
