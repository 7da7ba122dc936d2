import type { RunSeries } from '../../../app/trainingFace'

/** Two runs over one axis of epochs, 1, 2, ...; null where a run has no such epoch or no value in it. */
export interface EpochRows {
  readonly epoch: readonly number[]
  readonly loss: readonly [readonly (number | null)[], readonly (number | null)[]]
  readonly validationIou: readonly [readonly (number | null)[], readonly (number | null)[]]
  readonly correctedPixels: readonly [readonly (number | null)[], readonly (number | null)[]]
  readonly hasValidation: boolean
  readonly hasCorrections: boolean
}

/** Epochs, not steps: runs of different batch sizes and data are alike in what they have seen of their own data. */
export function epochRows(a: RunSeries | null, b: RunSeries | null): EpochRows {
  const sides = [a, b] as const
  const length = Math.max(0, ...sides.map((series) => (series?.epochs.at(-1)?.epoch ?? -1) + 1))
  const column = (
    series: RunSeries | null,
    value: (epoch: RunSeries['epochs'][number]) => number | null,
  ): (number | null)[] => {
    const byEpoch = new Map(series?.epochs.map((epoch) => [epoch.epoch, epoch]))
    return Array.from({ length }, (_, i) => {
      const epoch = byEpoch.get(i)
      return epoch === undefined ? null : value(epoch)
    })
  }
  const both = (
    value: (epoch: RunSeries['epochs'][number]) => number | null,
  ): readonly [readonly (number | null)[], readonly (number | null)[]] => [column(a, value), column(b, value)]
  const corrected = both((epoch) => epoch.correctedPixels)
  const validation = both((epoch) => epoch.validationIou)
  return {
    epoch: Array.from({ length }, (_, i) => i + 1),
    loss: both((epoch) => epoch.loss),
    validationIou: validation,
    correctedPixels: corrected,
    hasValidation: validation.flat().some((value) => value !== null),
    hasCorrections: corrected.flat().some((value) => value !== null && value > 0),
  }
}
