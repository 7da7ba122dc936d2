import { expect, test } from 'vitest'
import { placeOnStage } from './placeOnStage'

test('a picture stands whole in the middle, with a margin of 12', () => {
  // Room 200 x 100; a picture of 100 x 100 fits once: 12 above, (224 - 100) / 2 = 62 at the left.
  expect(placeOnStage({ width: 100, height: 100 }, { width: 224, height: 124 }, null)).toEqual({
    scale: 1,
    x: 62,
    y: 12,
  })
})

test('a tiny picture is enlarged eightfold and no further', () => {
  expect(placeOnStage({ width: 10, height: 10 }, { width: 1024, height: 1024 }, null).scale).toBe(8)
})

test('zoomed, the chosen point is in the middle at one image pixel per stage pixel', () => {
  // Whole: scale 0.1. Zoomed: 1. The point (500, 250) goes to (62, 62).
  expect(
    placeOnStage({ width: 1000, height: 1000 }, { width: 124, height: 124 }, { x: 0.5, y: 0.25 }),
  ).toEqual({ scale: 1, x: -438, y: -188 })
})

test('a picture that is shown larger than its pixels still grows twofold', () => {
  expect(placeOnStage({ width: 50, height: 50 }, { width: 224, height: 224 }, { x: 0.5, y: 0.5 }).scale).toBe(
    8,
  )
})
