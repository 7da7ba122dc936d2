import { expect, test } from 'vitest'
import { weakLabels } from './weakLabels.mjs'

test('labels tell of train images only, and no more than defective or free', () => {
  const images = ['a', 'b', 'c'].map((file_name, id) => ({ id, file_name }))
  const dataset = {
    images,
    truth: [
      { image_id: 0, category_id: 4 },
      { image_id: 2, category_id: 1 },
    ],
    splitOf: ({ file_name }) => (file_name === 'c' ? 'test' : 'train'),
  }
  expect(weakLabels(dataset)).toEqual({ a: ['defect'], b: [] })
})
