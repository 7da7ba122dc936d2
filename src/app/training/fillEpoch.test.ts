import { expect, test } from 'vitest'
import type { TrainingExample } from '../../ml/training'
import { fillEpoch } from './examples'

const list = (length: number): TrainingExample[] =>
  Array.from({ length }, (_, i) => ({ imageIndex: i }) as TrainingExample)

test.each([
  [1, 128],
  [26, 104],
  [64, 128],
  [65, 65],
  [120, 120],
  [500, 500],
  [0, 0],
])('%i examples make an epoch of %i', (few, epoch) => {
  expect(fillEpoch(list(few))).toHaveLength(epoch)
})

test('every example comes equally often', () => {
  const filled = fillEpoch(list(3))
  for (const i of [0, 1, 2]) expect(filled.filter((example) => example.imageIndex === i)).toHaveLength(42)
})
