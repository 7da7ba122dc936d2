import { expect, test } from 'vitest'
import { chooseCanvas, frameOf, placeOnCanvas } from './networkInput'

test('square images of 200 px take 224: never above the image, rounded up to the network', () => {
  expect(chooseCanvas([{ width: 200, height: 200 }], [20], 0, 32)).toEqual({ width: 224, height: 224 })
})

test('thin cracks in tall images ask for the full long side', () => {
  // 1260 px long, cracks 8 px thick: 4 / 8 * 1260 = 630 -> 640; 640 * 500 / 1260 = 254 -> 256
  expect(chooseCanvas([{ width: 500, height: 1260 }], [8, 8, 8], 0, 32)).toEqual({ width: 256, height: 640 })
})

test('thick defects need no more than 256', () => {
  expect(chooseCanvas([{ width: 1000, height: 1000 }], [200], 0, 32)).toEqual({ width: 256, height: 256 })
})

test('the asked long side wins', () => {
  expect(chooseCanvas([{ width: 400, height: 300 }], [4], 320, 32)).toEqual({ width: 320, height: 256 })
})

test('an image keeps its aspect on the canvas', () => {
  expect(frameOf({ width: 100, height: 200 }, { width: 192, height: 256 })).toEqual({
    content: { width: 128, height: 256 },
    canvas: { width: 192, height: 256 },
  })
})

test('padding repeats the edge', () => {
  const image = { width: 1, height: 2, data: new Uint8ClampedArray([10, 20, 30, 255, 40, 50, 60, 255]) }
  const placed = placeOnCanvas(image, { content: { width: 1, height: 2 }, canvas: { width: 2, height: 3 } })
  const reds = Array.from({ length: 6 }, (_, p) => placed.data[p * 4])
  expect(reds).toEqual([10, 10, 40, 40, 40, 40])
})
