import { describe, expect, test } from 'vitest'
import type { MaskPatch } from '../../app/app'
import { copyPatch, paintSegment, segmentReach, tightPatch } from './paintPatch'

const image = { width: 200, height: 100 }

function filled(x: number, y: number, width: number, height: number): MaskPatch {
  return {
    boundsPx: { x, y, width, height },
    mask: { width, height, data: new Uint8Array(width * height).fill(1) },
  }
}

const nothing: MaskPatch = filled(0, 0, 0, 0)
const dab = (x: number, y: number, radiusPx: number, value: 0 | 1) => ({
  fromPx: { x, y },
  toPx: { x, y },
  radiusPx,
  value,
})
const area = (patch: MaskPatch) => patch.mask.data.reduce((sum, pixel) => sum + pixel, 0)

describe('paintSegment', () => {
  test('a dab covers the pixels whose centre is within the radius', () => {
    // Centred on a corner with radius 1.6: centres at (±0.5, ±0.5), (±0.5, ±1.5), (±1.5, ±0.5); 12 of them.
    // (±1.5, ±1.5) is 2.12 away and stays out.
    const patch = paintSegment(nothing, dab(50, 50, 1.6, 1), image)
    expect(area(patch)).toBe(12)
    expect(tightPatch(patch)!.boundsPx).toEqual({ x: 48, y: 48, width: 4, height: 4 })
  })

  test('the smallest brush paints the pixel under its tip wherever in the pixel the tip is', () => {
    const patch = paintSegment(nothing, dab(10.95, 20.05, 0.5, 1), image)
    const tight = tightPatch(patch)!
    const at = (x: number, y: number) =>
      tight.mask.data[(y - tight.boundsPx.y) * tight.mask.width + (x - tight.boundsPx.x)]
    expect(at(10, 20)).toBe(1)
  })

  test('a segment leaves no gap between its ends', () => {
    // From x 10.5 to 30.5 on the line of pixel row 20, radius 0.8: columns 10 to 30 of that row, one pixel high.
    const segment = {
      fromPx: { x: 10.5, y: 20.5 },
      toPx: { x: 30.5, y: 20.5 },
      radiusPx: 0.8,
      value: 1 as const,
    }
    const tight = tightPatch(paintSegment(nothing, segment, image))!
    expect(tight.boundsPx).toEqual({ x: 10, y: 20, width: 21, height: 1 })
    expect(area(tight)).toBe(21)
  })

  test('painting beyond the box grows the patch and keeps what was there', () => {
    const patch = paintSegment(filled(60, 40, 3, 3), dab(120, 50, 2, 1), image)
    const tight = tightPatch(patch)!
    expect(tight.boundsPx).toEqual({ x: 60, y: 40, width: 62, height: 12 })
    expect(tight.mask.data[0]).toBe(1)
  })

  test('erasing takes pixels away in place and never grows', () => {
    const patch = filled(10, 10, 4, 4)
    const after = paintSegment(patch, dab(12, 12, 10, 0), image)
    expect(after).toBe(patch)
    expect(tightPatch(after)).toBeNull()
  })

  test('nothing is painted outside the image', () => {
    const patch = paintSegment(nothing, dab(199.5, 50.5, 3, 1), image)
    const tight = tightPatch(patch)!
    expect(tight.boundsPx.x + tight.boundsPx.width).toBe(200)
    expect(paintSegment(nothing, dab(260, 50, 3, 1), image)).toBe(nothing)
  })
})

test('a copy does not follow later strokes', () => {
  const patch = filled(10, 10, 4, 4)
  const copy = copyPatch(patch)
  paintSegment(patch, dab(12, 12, 10, 0), image)
  expect(area(copy)).toBe(16)
})

test('the reach of a segment is clipped to the image', () => {
  expect(segmentReach(dab(1, 1, 4, 1), image)).toEqual({ x: 0, y: 0, width: 5, height: 5 })
  expect(segmentReach(dab(-20, 1, 4, 1), image)).toBeNull()
})
