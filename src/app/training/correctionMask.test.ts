import { expect, test } from 'vitest'
import { frameOf } from '../../ml/imaging/networkInput'
import { rleFromBox } from '../../ml/raster/polygon'
import { rleIou } from '../../ml/raster/rleSets'
import { regionOnImage } from './correctionMask'

const CANVAS = { width: 64, height: 32 }

test('a region of the canvas lands where it lies on the picture, at any scale and aspect', () => {
  const canvasBox = { x: 8, y: 4, width: 12, height: 10 }
  for (const image of [
    { width: 64, height: 32 },
    { width: 320, height: 160 },
    { width: 32, height: 16 },
    { width: 200, height: 100 },
    { width: 90, height: 90 }, // covers the left half of the canvas only
  ]) {
    const frame = frameOf(image, CANVAS)
    const scale = image.width / frame.content.width
    const expected = rleFromBox(
      {
        x: canvasBox.x * scale,
        y: canvasBox.y * scale,
        width: canvasBox.width * scale,
        height: canvasBox.height * scale,
      },
      image,
    )
    const region = regionOnImage(rleFromBox(canvasBox, CANVAS), frame, image, 0)!
    // Corners are rounded; half a pixel of the canvas beside would be 0.85.
    expect(rleIou(region.rle, expected)).toBeGreaterThan(0.95)
  }
})

test('at the same size it is the region itself, and grown by a pixel it has that rim', () => {
  const frame = frameOf(CANVAS, CANVAS)
  const region = rleFromBox({ x: 0, y: 4, width: 5, height: 3 }, CANVAS)
  expect(regionOnImage(region, frame, CANVAS, 0)).toEqual({
    rle: region,
    boundsPx: { x: 0, y: 4, width: 5, height: 3 },
    areaPx: 15,
  })
  expect(regionOnImage(region, frame, CANVAS, 1)!.boundsPx).toEqual({ x: 0, y: 3, width: 6, height: 5 })
})

test('a region at the edge reaches the edge, and one outside the picture is none', () => {
  const image = { width: 200, height: 100 }
  const frame = frameOf(image, CANVAS)
  const corner = regionOnImage(rleFromBox({ x: 60, y: 28, width: 4, height: 4 }, CANVAS), frame, image, 0)!
  expect(corner.boundsPx.x + corner.boundsPx.width).toBe(200)
  expect(corner.boundsPx.y + corner.boundsPx.height).toBe(100)
  const narrow = { width: 50, height: 100 }
  const outside = rleFromBox({ x: 40, y: 4, width: 4, height: 4 }, CANVAS)
  expect(regionOnImage(outside, frameOf(narrow, CANVAS), narrow, 0)).toBeNull()
})
