import { describe, expect, it } from 'vitest'
import { golden } from './__fixtures__/golden'
import { outlineSteps, rleFromBox, rleFromPolygons } from './polygon'
import { rleArea, rleBounds } from './rle'
import { rleToString } from './rleString'

describe('polygons become the pixels of the reference rasteriser', () => {
  it.each(golden.polygons)('$name', ({ w, h, polygons, rle, area, bbox }) => {
    const code = rleFromPolygons(polygons, { width: w, height: h })
    expect(rleToString(code)).toBe(rle)
    expect(rleArea(code)).toBe(area)
    const bounds = rleBounds(code)
    expect([bounds.x, bounds.y, bounds.width, bounds.height]).toEqual(bbox)
  })

  it.each(golden.boxes)('box: $name', ({ w, h, box, rle }) => {
    const [x, y, width, height] = box
    expect(rleToString(rleFromBox({ x, y, width, height }, { width: w, height: h }))).toBe(rle)
  })

  // metrics.md T6.
  it.each([
    [
      [2, 1, 5, 1, 5, 4, 2, 4],
      [13, 3, 3, 3, 3, 3, 20],
    ],
    [
      [0, 0, 3, 0, 3, 2, 0, 2],
      [0, 2, 4, 2, 4, 2, 34],
    ],
    [
      [1.5, 1.5, 4.5, 1.5, 4.5, 3.5, 1.5, 3.5],
      [14, 2, 4, 2, 4, 2, 20],
    ],
  ])('%j has the runs %j', (ring, counts) => {
    expect([...rleFromPolygons([ring], { width: 8, height: 6 }).counts]).toEqual(counts)
  })

  it('no ring is an empty mask', () => {
    expect([...rleFromPolygons([], { width: 3, height: 2 }).counts]).toEqual([6])
  })

  it('the outline of a 2 x 2 square has 4 edges of 10 fine steps and 4 corners', () => {
    expect(outlineSteps([[0, 0, 2, 0, 2, 2, 0, 2]])).toBe(44)
  })
})
