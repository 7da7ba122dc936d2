import { expect, test } from 'vitest'
import { readRle } from './readRle.mjs'
import { boxRle, cleanLabels, trainingFile } from './trainingFile.mjs'

const images = [
  { id: 1, file_name: 'a.png', width: 5, height: 4 },
  { id: 2, file_name: 'b.png', width: 5, height: 4 },
  { id: 3, file_name: 'c.png', width: 5, height: 4 },
]
const dataset = {
  images,
  categories: [{ id: 1, name: 'crack' }],
  truth: [{ image_id: 1 }, { image_id: 3 }],
  splitOf: (image) => (image.id === 3 ? 'test' : 'train'),
}

test.each([
  ['inside', [1, 1, 2, 2], 4],
  ['full height', [1, 0, 2, 4], 8],
  ['the whole image', [0, 0, 5, 4], 20],
  ['with fractions', [0.5, 0.5, 1, 1], 4],
  ['over the edge', [4, 3, 9, 9], 1],
])('a box becomes its pixels: %s', (_, box, area) => {
  const { columns } = readRle(boxRle(box, images[0]))
  expect(columns.reduce((sum, value) => sum + value, 0)).toBe(area)
})

test('the pixels are those of the box', () => {
  // Column 1, rows 1 and 2; column 2, rows 1 and 2: index = 4 * column + row.
  const { columns } = readRle(boxRle([1, 1, 2, 2], images[0]))
  expect([...columns.keys()].filter((i) => columns[i] === 1)).toEqual([5, 6, 9, 10])
})

test('unresolved boxes are ignored, other splits are left out', () => {
  const mask = { image_id: 1, bbox: [0, 0, 1, 1], iscrowd: 0, segmentation: { size: [4, 5], counts: '01C' } }
  const open = { image_id: 2, bbox: [1, 1, 2, 2], iscrowd: 0, segmentation: [] }
  const file = trainingFile(dataset, [mask, open, { ...mask, image_id: 3 }])
  expect(file.images.map((image) => image.id)).toEqual([1, 2])
  expect(file.annotations.map((annotation) => annotation.iscrowd)).toEqual([0, 1])
})

test('clean is what has no defect in the train split', () => {
  expect(cleanLabels(dataset)).toEqual({ 'b.png': [] })
})
