import { expect, test } from 'vitest'
import { rowScores } from './rowScores.mjs'

const options = { isGated: true, groupOf: (fileName) => fileName }
const map = (split, score, positives, negatives) => ({
  fileName: `${split}${score}.png`,
  split,
  score,
  seen: { positives, negatives },
})

test('the threshold of a map comes from val, though another one is better on test', () => {
  // Val: from bin 1 on IoU 10 / 20, from bin 2 on 9 / 10. Test: 10 / 10 and 2 / 10.
  const images = [map('val', 0.9, [0, 1, 9], [80, 10, 0]), map('test', 0.8, [0, 8, 2], [90, 0, 0])]
  const { threshold, valMicro, micro } = rowScores(images, options)
  expect([threshold, valMicro, micro]).toEqual([2 / 3, 0.9, 0.2])
})

test('an image below the gate predicts nothing: its defect is missed, its noise is gone', () => {
  const mask = (fileName, score, tp, fp, fn) => ({ fileName, split: 'test', score, seen: { tp, fp, fn } })
  const images = [mask('a', 0.9, 6, 2, 2), mask('b', 0.2, 5, 5, 5), mask('c', 0.3, 0, 40, 0)]
  // Gated: I = 6, U = 10 + 10; macro over a (6 / 10) and b (0); c has no defect.
  expect(rowScores(images, options)).toMatchObject({ micro: 0.3, macro: 0.3, threshold: null })
  // Not gated: I = 11, U = 10 + 15 + 40.
  expect(rowScores(images, { ...options, isGated: false }).micro).toBeCloseTo(11 / 65, 12)
})
