import { expect, test } from 'vitest'
import type { RunSeries } from '../../../app/trainingFace'
import { epochRows } from './epochRows'

const series = (...losses: readonly number[]): RunSeries => ({
  stepLoss: losses,
  epochs: losses.map((loss, epoch) => ({
    epoch,
    steps: epoch + 1,
    loss,
    validationIou: null,
    correctedPixels: 0,
  })),
})

test('the shorter run ends earlier on the common axis', () => {
  const rows = epochRows(series(3, 2, 1), series(5))
  expect(rows.epoch).toEqual([1, 2, 3])
  expect(rows.loss).toEqual([
    [3, 2, 1],
    [5, null, null],
  ])
})

test('an epoch that a resumed run does not have leaves a gap', () => {
  const { epochs, stepLoss } = series(3, 2, 1)
  const rows = epochRows({ stepLoss, epochs: [epochs[0]!, epochs[2]!] }, null)
  expect(rows.loss).toEqual([
    [3, null, 1],
    [null, null, null],
  ])
})

test('validation and corrections are shown when one run has any', () => {
  const plain = series(1)
  expect(epochRows(plain, plain)).toMatchObject({ hasValidation: false, hasCorrections: false })
  const rich: RunSeries = {
    ...plain,
    epochs: [{ ...plain.epochs[0]!, validationIou: 0.4, correctedPixels: 7 }],
  }
  expect(epochRows(plain, rich)).toMatchObject({
    hasValidation: true,
    hasCorrections: true,
    validationIou: [[null], [0.4]],
    correctedPixels: [[0], [7]],
  })
})

test('two runs without a curve have no axis', () => {
  expect(epochRows(null, null).epoch).toEqual([])
})
