import { expect, test } from 'vitest'
import { emaDecayAt } from './ema'
import { learningRateAt } from './schedule'

test('the rate grows over the warm-up, then follows a cosine to zero', () => {
  const schedule = { base: 0.002, warmupSteps: 20, totalSteps: 100, cosineEvery: 1 }
  // Step 0: 1/20 of the base. Step 50: cos(pi / 2) = 0, half the base. Step 75: (1 + cos(3 pi / 4)) / 2 = 0.14645.
  expect(learningRateAt(0, schedule)).toBeCloseTo(0.0001, 8)
  expect(learningRateAt(50, schedule)).toBeCloseTo(0.001, 8)
  expect(learningRateAt(75, schedule)).toBeCloseTo(0.002 * 0.1464466, 8)
  expect(learningRateAt(100, schedule)).toBeCloseTo(0, 12)
  expect(learningRateAt(0, { ...schedule, warmupSteps: 0 })).toBe(0.002)
})

test('by epochs the rate is that of the paper: it falls between them only, to 0 after the last', () => {
  // T_max = 4 epochs of 25 steps; epoch e: base (1 + cos(pi e / 4)) / 2.
  const schedule = { base: 5e-4, warmupSteps: 0, totalSteps: 100, cosineEvery: 25 }
  const ofEpochs = [5e-4, 5e-4 * 0.8535534, 5e-4 * 0.5, 5e-4 * 0.1464466]
  ofEpochs.forEach((rate, epoch) => {
    expect(learningRateAt(25 * epoch, schedule)).toBeCloseTo(rate, 10)
    expect(learningRateAt(25 * epoch + 24, schedule)).toBeCloseTo(rate, 10)
  })
})

test('the decay of the average grows from a tenth to its limit', () => {
  // (1 + t) / (10 + t): 1/10, 10/19, and 901/910 = 0.990 at t = 900.
  expect(emaDecayAt(0, 0.99)).toBe(0.1)
  expect(emaDecayAt(9, 0.99)).toBeCloseTo(10 / 19, 10)
  expect(emaDecayAt(900, 0.99)).toBe(0.99)
  expect(emaDecayAt(900, 0)).toBe(0) // off
})
