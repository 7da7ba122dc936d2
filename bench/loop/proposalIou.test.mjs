import { expect, test } from 'vitest'
import { proposalIou } from './proposalIou.mjs'

// 4 columns, 2 rows: column-major index = 2 x + y.
const rle = (...columns) => {
  const counts = []
  let value = 0
  let run = 0
  for (const pixel of columns) {
    if (pixel === value) run++
    else {
      counts.push(run)
      value = pixel
      run = 1
    }
  }
  return { size: [2, 4], counts: [...counts, run] }
}
const images = [{ id: 1, file_name: 'a.png', width: 4, height: 2 }]
const categories = [
  { id: 1, name: 'crack' },
  { id: 2, name: 'fray' },
]
const base = { images, categories, splitOf: () => 'test', boxKind: 'tight' }

test('mean per class first, then over classes: a frequent class does not drown a rare one', () => {
  const truth = [1, 2, 3].map((id) => ({
    id,
    image_id: 1,
    category_id: id === 3 ? 2 : 1,
    segmentation: rle(1, 1, 1, 1, 0, 0, 0, 0),
  }))
  const boxes = truth.map(({ id, category_id }) => ({ id, image_id: 1, category_id, bbox: [0, 0, 2, 2] }))
  const proposed = [
    { id: 1, segmentation: rle(1, 1, 1, 1, 0, 0, 0, 0) }, // IoU 4/4
    { id: 2, segmentation: rle(1, 1, 0, 0, 0, 0, 0, 0) }, // IoU 2/4
    { id: 3, segmentation: [] }, // unresolved: 0
  ]
  const { test: result } = proposalIou({ ...base, truth, boxes }, proposed)
  expect(result).toEqual({ macro: 0.375, perClass: { crack: 0.75, fray: 0 }, boxes: 3 })
})

test('a human box is judged inside itself, against all true pixels of its class there', () => {
  const truth = [{ id: 9, image_id: 1, category_id: 1, segmentation: rle(1, 1, 1, 1, 1, 1, 0, 0) }]
  const boxes = [
    { id: 1, image_id: 1, category_id: 1, bbox: [0, 0, 2, 2] },
    { id: 2, image_id: 1, category_id: 1, bbox: [3, 0, 1, 2] }, // no true pixel inside: not counted
  ]
  // Inside columns 0 and 1: truth 4 px, proposal 2 px; what lies outside the box does not count.
  const proposed = [{ id: 1, segmentation: rle(1, 1, 0, 0, 0, 0, 1, 1) }]
  expect(proposalIou({ ...base, boxKind: 'human', truth, boxes }, proposed).all).toEqual({
    macro: 0.5,
    perClass: { crack: 0.5 },
    boxes: 1,
  })
})
