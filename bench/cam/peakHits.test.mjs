import { expect, test } from 'vitest'
import { peakHits } from './peakHits.mjs'

test('a peak hits within 16 px of a defective pixel, by the straight distance', () => {
  // One defective pixel at (20, 20) of a 40 x 40 picture: run 20 * 40 + 20 of the columns.
  const segmentation = { size: [40, 40], counts: [820, 1, 779] }
  const images = ['a', 'b', 'c', 'd'].map((file_name, id) => ({ id, file_name }))
  const dataset = { images, truth: [0, 1, 2].map((image_id) => ({ image_id, segmentation })) }
  const peaks = { a: [4, 20], b: [8, 8], c: [3, 20], d: [0, 0] }
  // a: 16 px; b: 17 px; c: 17 px; d has no defect.
  const seen = Object.entries(peaks).map(([fileName, peak]) => ({ fileName, peak }))
  expect(peakHits(dataset, seen)).toEqual({ share: 1 / 3, images: 3 })
})
