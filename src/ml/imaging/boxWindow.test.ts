import { describe, expect, test } from 'vitest'
import { dilateBox, pixelsInside, pixelWindow } from './boxWindow'

describe('dilateBox', () => {
  test('grows by a share of each side, at least by the minimum', () => {
    // 10 % of 40 is 4; 10 % of 5 is 0.5, so the minimum of 1 rules.
    expect(dilateBox({ x: 10, y: 10, width: 40, height: 5 }, 0.1, 1)).toEqual({
      x: 6,
      y: 9,
      width: 48,
      height: 7,
    })
  })
})

describe('pixelWindow', () => {
  const image = { width: 20, height: 10 }
  test('takes every pixel the box touches and stays inside the image', () => {
    expect(pixelWindow({ x: -3, y: 2.2, width: 5.1, height: 20 }, image)).toEqual({
      x: 0,
      y: 2,
      width: 3,
      height: 8,
    })
  })
  test('is never empty, not even for a box on the far edge', () => {
    expect(pixelWindow({ x: 20, y: 10, width: 0, height: 0 }, image)).toEqual({
      x: 19,
      y: 9,
      width: 1,
      height: 1,
    })
  })
})

describe('pixelsInside', () => {
  test('counts a pixel when its centre lies in the half-open box', () => {
    // Centres 2.5, 3.5, 4.5 of the window against [2.5, 4.5): the first two.
    const mask = pixelsInside({ x: 2.5, y: 0, width: 2, height: 1 }, { x: 2, y: 0, width: 3, height: 2 })
    expect([...mask.data]).toEqual([1, 1, 0, 0, 0, 0])
  })
})
