import { expect, test } from 'vitest'
import { idOf } from '../../domain/records'
import { previewPicture } from './previewPicture'

const imageId = idOf('image', 'i')

test('the repeated edge below a wide image is cut off', () => {
  // A 40 x 20 image on a 4 x 3 canvas is scaled by 0.1 to 4 x 2: the third row is padding.
  const defect = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 9)
  const picture = previewPicture({ epoch: 3, width: 4, height: 3, defect }, imageId, {
    width: 40,
    height: 20,
  })
  expect(picture).toEqual({
    imageId,
    epoch: 3,
    width: 4,
    height: 2,
    defect: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
  })
})

test('the repeated edge beside a tall image is cut off', () => {
  // A 10 x 20 image on a 3 x 4 canvas is scaled by 0.2 to 2 x 4: the third column is padding.
  const defect = Uint8Array.of(1, 2, 9, 3, 4, 9, 5, 6, 9, 7, 8, 9)
  const picture = previewPicture({ epoch: 0, width: 3, height: 4, defect }, imageId, {
    width: 10,
    height: 20,
  })
  expect([...picture.defect]).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
})

test('an image that fills the canvas keeps the very same array', () => {
  const defect = new Uint8Array(12)
  const picture = previewPicture({ epoch: 0, width: 4, height: 3, defect }, imageId, { width: 8, height: 6 })
  expect(picture.defect).toBe(defect)
})
