import { expect, test } from 'vitest'
import { apRows } from './apRows'

const epoch = (at: number, loss: number, validationAp: number | null) => ({
  epoch: at,
  epochs: 2,
  loss,
  lossClasses: loss,
  lossContrast: null,
  trainingAp: 1,
  validationAp,
  crops: 0,
  seconds: 1,
})

test('epochs count from 1, what is not defined is a gap, and the loss has room above', () => {
  const rows = apRows([epoch(0, 2, null), epoch(1, 1, 0.5)])
  expect(rows).toMatchObject({ epoch: [1, 2], trainingAp: [1, 1], validationAp: [null, 0.5], loss: [2, 1] })
  expect(rows.lossTop).toBeCloseTo(2.1)
  expect(apRows([]).lossTop).toBe(0.1)
})
