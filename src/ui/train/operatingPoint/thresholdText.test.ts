import { expect, test } from 'vitest'
import type { ThresholdMeasure } from '../../../app/training/measureThreshold'
import { choiceSentence, leftOutSentence } from './thresholdText'

const measure = (overrides: Partial<ThresholdMeasure>): ThresholdMeasure =>
  ({
    images: 0,
    groups: 0,
    best: null,
    choice: { threshold: 0.5, by: 'default', missing: 20 },
    ...overrides,
  }) as ThresholdMeasure

test('too few images: how many are missing', () => {
  const few = measure({ images: 3, groups: 1, choice: { threshold: 0.5, by: 'default', missing: 19 } })
  expect(choiceSentence(few)).toBe(
    '1 independent reviewed image so far: 19 more independent reviewed images are needed before they set the threshold. Until then it is 0.50, or yours.',
  )
})

test('none at all: what is needed', () => {
  expect(choiceSentence(measure({}))).toBe(
    'No reviewed image yet that this run did not learn from: 20 are needed before they set the threshold.',
  )
})

test('enough: what they say', () => {
  const enough = measure({ images: 30, groups: 24, choice: { threshold: 0.62, by: 'reviews', missing: 0 } })
  expect(choiceSentence(enough)).toBe('24 independent reviewed images put the best IoU at 0.62.')
})

test('enough, all clean: why they cannot say', () => {
  const clean = measure({ images: 20, groups: 20, choice: { threshold: 0.5, by: 'default', missing: 0 } })
  expect(choiceSentence(clean)).toBe(
    'None of the reviewed images has a defect: they cannot say where one ends.',
  )
})

test('images that count for nothing are named with the reason', () => {
  expect(leftOutSentence({ leftOut: { trained: 12, related: 0, test: 4 } })).toBe(
    'Left out: 12 the run learned from, 4 of the test split are kept for Evaluate.',
  )
  expect(leftOutSentence({ leftOut: { trained: 0, related: 0, test: 0 } })).toBeNull()
})
