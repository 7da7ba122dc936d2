import { expect, test } from 'vitest'
import { supervisedContrast } from './supervisedContrast'

test('two vectors of each label: methods T4', () => {
  const vectors = [
    [1, 0],
    [0.8, 0.6],
    [0, 1],
    [-0.6, 0.8],
  ]
  const { loss, perAnchor } = supervisedContrast(vectors, [1, 1, 0, 0], 0.1)
  for (const [i, value] of [0.000336, 0.127223, 0.127223, 0.000336].entries()) {
    expect(perAnchor[i]).toBeCloseTo(value, 6)
  }
  expect(loss).toBeCloseTo(0.06378, 6)
})

test('an anchor without another of its label is skipped, as positive it never counts', () => {
  const { loss, perAnchor } = supervisedContrast([[1], [1], [1]], [1, 0, 0], 1)
  // Anchors 2 and 3: one positive among two equal others, -log(1/2).
  expect(perAnchor[0]).toBeNull()
  expect(loss).toBeCloseTo(Math.log(2), 12)
})

test('no anchor with positives: no loss', () => {
  expect(supervisedContrast([[1], [1]], [0, 1], 0.1).loss).toBeNull()
})
