import { expect, test } from 'vitest'
import { idOf } from '../../domain/records'
import { exampleMask, exampleTruth, type ThresholdExample } from './exampleMask'

/** 6 x 2: a spot of four pixels at the left, one speck at the right. */
const example = (overrides: Partial<ThresholdExample> = {}): ThresholdExample => ({
  imageId: idOf('image', 'a'),
  width: 6,
  height: 2,
  probability: Float32Array.of(0.9, 0.8, 0, 0, 0, 0.9, 0.7, 0.6, 0, 0, 0, 0),
  truth: null,
  smallestPx: 4,
  minimumPeak: 0,
  ...overrides,
})
const rows = (data: Uint8Array): string => [...data].join('')

test('probability at the threshold or above is seen, a speck under four image pixels is not', () => {
  expect(rows(exampleMask(example(), 0.6).data)).toBe('110000110000')
})

test('a reduced picture keeps a pixel that stands for four of the image', () => {
  expect(rows(exampleMask(example({ smallestPx: 1 }), 0.6).data)).toBe('110001110000')
})

test('a higher threshold leaves less, until the rest is a speck', () => {
  expect(rows(exampleMask(example(), 0.65).data)).toBe('000000000000')
  expect(rows(exampleMask(example({ smallestPx: 1 }), 0.75).data)).toBe('110001000000')
})

test('a piece that is nowhere as sure as asked is left out, one that is somewhere stays whole', () => {
  // The spot at the left reaches .9, the speck at the right .7.
  const probability = Float32Array.of(0.9, 0.8, 0, 0, 0, 0.7, 0.7, 0.6, 0, 0, 0, 0)
  const sure = example({ probability, smallestPx: 1, minimumPeak: 0.85 })
  expect(rows(exampleMask(sure, 0.6).data)).toBe('110000110000')
})

test('where a person did not know nothing is shown, and the truth has no defect', () => {
  const truth = Uint8Array.of(1, 1, 0, 0, 0, 255, 2, 255, 0, 0, 0, 0)
  expect(rows(exampleMask(example({ smallestPx: 1, truth }), 0.6).data)).toBe('110000100000')
  expect(rows(exampleTruth(example({ truth }))!.data)).toBe('110000100000')
  expect(exampleTruth(example())).toBeNull()
})
