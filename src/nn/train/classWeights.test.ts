import { expect, test } from 'vitest'
import { IGNORE } from '../../core/raster'
import { classWeights } from './classWeights'

const map = (...data: number[]) => ({ width: data.length, height: 1, data: Uint8Array.from(data) })
const params = { backgroundWeight: 0.4, defectWeight: 1, balanceClasses: true }

test('a class counts one over the root of its share of the defect pixels, within limits', () => {
  // 16 defect pixels: class 1 has 12 (1 / sqrt(.75) = 1.15, raised to 1.3), class 2 has 4 (1 / sqrt(.25) = 2),
  // class 3 none (10). Background and ignored pixels do not count.
  const labels = [map(...Array.from({ length: 12 }, () => 1), 0, 0, IGNORE), map(2, 2, 2, 2, 0)]
  const weights = [...classWeights(labels, 3, params)]
  ;[0.4, 1.3, 2, 10].forEach((expected, k) => expect(weights[k]).toBeCloseTo(expected, 6))
})

test('one class, or balancing switched off, gives the plain weights', () => {
  expect([...classWeights([map(1, 0)], 1, { ...params, defectWeight: 4 })].map((w) => w.toFixed(2))).toEqual([
    '0.40',
    '4.00',
  ])
  const plain = classWeights([map(1, 2)], 2, { ...params, balanceClasses: false })
  expect([...plain].slice(1)).toEqual([1, 1])
})

test('the published weights hold for any number of classes: 0.4 for background, 4 for every defect', () => {
  const published = { backgroundWeight: 0.4, defectWeight: 4, balanceClasses: false }
  const weights = classWeights([map(0, 1, 1, 3)], 3, published)
  expect([...weights].map((w) => w.toFixed(2))).toEqual(['0.40', '4.00', '4.00', '4.00'])
})

test('no defect anywhere gives no infinite weight', () => {
  expect([...classWeights([map(0, 0)], 2, params)].slice(1)).toEqual([10, 10])
})
