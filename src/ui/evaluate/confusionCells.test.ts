import { expect, test } from 'vitest'
import { compactCount, confusionCells } from './confusionCells'

test('shares are of the true class: each row sums to one', () => {
  const cells = confusionCells([
    [90, 10],
    [1, 3],
  ])
  expect(cells[0]!.map((cell) => cell.share)).toEqual([0.9, 0.1])
  expect(cells[1]!.map((cell) => cell.share)).toEqual([0.25, 0.75])
})

test('a class that does not occur has no shares, not zeros', () => {
  expect(confusionCells([[0, 0]])[0]!.map((cell) => cell.share)).toEqual([null, null])
})

test('counts shorten to three digits', () => {
  expect([0, 950, 1234, 98_760, 456_000, 4_560_000].map(compactCount)).toEqual([
    '0',
    '950',
    '1.23k',
    '98.8k',
    '456k',
    '4.56M',
  ])
})
