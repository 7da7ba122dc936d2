import type { ClassifierEpoch } from '../../../app/tagsFace'

/** Columns of the plot of a classifier's training; x is the number of the epoch, from 1. */
export interface ApRows {
  readonly epoch: readonly number[]
  readonly trainingAp: readonly (number | null)[]
  readonly validationAp: readonly (number | null)[]
  readonly loss: readonly number[]
  /** The top of the loss axis. */
  readonly lossTop: number
}

export function apRows(epochs: readonly ClassifierEpoch[]): ApRows {
  const loss = epochs.map((epoch) => epoch.loss)
  return {
    epoch: epochs.map(({ epoch }) => epoch + 1),
    trainingAp: epochs.map((epoch) => epoch.trainingAp),
    validationAp: epochs.map((epoch) => epoch.validationAp),
    loss,
    lossTop: Math.max(0.1, 1.05 * Math.max(0, ...loss)),
  }
}
