import { expect, test } from 'vitest'
import { lossRows } from './lossSeries'

const epoch = (number: number, steps: number, loss: number, validationIou: number | null) => ({
  epoch: number,
  steps,
  loss,
  validationIou,
  correctedPixels: 0,
})

test('an epoch sits on the step that ended it', () => {
  const rows = lossRows({
    stepLoss: [4, 3, 2, 1, 0.5],
    epochs: [epoch(1, 2, 3.5, null), epoch(2, 4, 1.5, 0.4)],
  })
  expect(rows.step).toEqual([1, 2, 3, 4, 5])
  expect(rows.epochLoss).toEqual([null, 3.5, null, 1.5, null])
  expect(rows.validationIou).toEqual([null, null, null, 0.4, null])
  expect(rows.hasValidation).toBe(true)
})

test('without validation there is no second axis', () => {
  expect(lossRows({ stepLoss: [1], epochs: [epoch(1, 1, 1, null)] }).hasValidation).toBe(false)
})

test('one wild first step does not set the axis', () => {
  // 99 steps of 1.2 and one of 1000: the 0.98 quantile is 1.2, the next round number 1.5.
  const rows = lossRows({ stepLoss: [1000, ...Array.from({ length: 99 }, () => 1.2)], epochs: [] })
  expect(rows.lossTop).toBe(1.5)
})

test('an empty run has an empty plot with a usable axis', () => {
  expect(lossRows({ stepLoss: [], epochs: [] })).toMatchObject({ step: [], lossTop: 1 })
})
