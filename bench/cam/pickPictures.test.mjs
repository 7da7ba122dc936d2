import { expect, test } from 'vitest'
import { pickPictures } from './pickPictures.mjs'

test('best and worst defective images are shown, none in both lists, none without a defect', () => {
  const image = (name, tp, fp, fn) => ({ name, tp, fp, fn })
  const images = [
    image('mid', 5, 5, 0),
    image('good', 9, 0, 1),
    image('free', 0, 7, 0),
    image('bad', 0, 3, 4),
  ]
  const { successes, failures } = pickPictures(images)
  expect(successes.map(({ name, iou }) => [name, iou])).toEqual([['good', 0.9]])
  expect(failures.map(({ name }) => name)).toEqual(['bad'])
})
