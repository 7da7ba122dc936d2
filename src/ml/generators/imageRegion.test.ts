import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { imageRegion } from './imageRegion'

const CANVAS = 1024

describe('what a model that sees any rectangle looks at', () => {
  test('the whole image while the box is an eighth of the canvas', () => {
    const image = { width: 2048, height: 1000 }
    expect(imageRegion({ x: 5, y: 5, width: 256, height: 20 }, image, CANVAS, null)).toBeNull()
    expect(imageRegion({ x: 5, y: 5, width: 255, height: 20 }, image, CANVAS, null)).not.toBeNull()
  })

  test('a small defect in a large picture gets a crop of 1.5 to 2 times its box', () => {
    const region = imageRegion(
      { x: 6000, y: 4000, width: 60, height: 41 },
      { width: 12000, height: 9000 },
      CANVAS,
      null,
    )!
    expect(region.width).toBe(region.height)
    expect(region.width).toBeGreaterThanOrEqual(90)
    expect(region.width).toBeLessThanOrEqual(121)
  })

  test('at least 32 px, moved inside the image, cut where the image is smaller', () => {
    expect(
      imageRegion({ x: 0, y: 900, width: 3, height: 3 }, { width: 4000, height: 3000 }, CANVAS, null),
    ).toMatchObject({
      x: 0,
      width: 32,
      height: 32,
    })
    const strip = imageRegion(
      { x: 3999, y: 2, width: 1, height: 5 },
      { width: 4000, height: 20 },
      CANVAS,
      null,
    )
    expect(strip).toEqual({ x: 3968, y: 0, width: 32, height: 20 })
  })

  test('a very elongated picture is never looked at whole', () => {
    // 5000 x 20: the short side would be 4 px on the canvas.
    const region = imageRegion(
      { x: 100, y: 0, width: 2000, height: 20 },
      { width: 5000, height: 20 },
      CANVAS,
      null,
    )
    expect(region).toMatchObject({ y: 0, height: 20 })
    expect(region!.width).toBeLessThan(5000)
  })

  test('neighbours share a crop, and a click keeps the crop that still shows its box', () => {
    const image = { width: 4000, height: 3000 }
    const box = { x: 1000, y: 800, width: 40, height: 30 }
    const region = imageRegion(box, image, CANVAS, null)!
    expect(imageRegion({ ...box, x: 1001, y: 801 }, image, CANVAS, null)).toEqual(region)
    const wider = { ...box, width: 45 }
    expect(imageRegion(wider, image, CANVAS, region)).toBe(region)
    const beyond = { ...box, width: 200 }
    expect(imageRegion(beyond, image, CANVAS, region)).not.toEqual(region)
  })

  test('integer corners inside the image, around the box, always', () => {
    expect.hasAssertions()
    const natural = (max: number) => fc.integer({ min: 1, max })
    fc.assert(
      fc.property(
        natural(9000),
        natural(9000),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        natural(900),
        natural(900),
        (width, height, u, v, w, h) => {
          const box = { width: Math.min(w, width), height: Math.min(h, height), x: 0, y: 0 }
          box.x = u * (width - box.width)
          box.y = v * (height - box.height)
          const region = imageRegion(box, { width, height }, CANVAS, null) ?? { x: 0, y: 0, width, height }
          for (const value of Object.values(region)) expect(Number.isInteger(value)).toBe(true)
          expect(Math.min(region.x, region.y)).toBeGreaterThanOrEqual(0)
          expect(region.x + region.width).toBeLessThanOrEqual(width)
          expect(region.y + region.height).toBeLessThanOrEqual(height)
          expect(region.x).toBeLessThanOrEqual(box.x)
          expect(region.y).toBeLessThanOrEqual(box.y)
          expect(region.x + region.width).toBeGreaterThanOrEqual(box.x + box.width)
          expect(region.y + region.height).toBeGreaterThanOrEqual(box.y + box.height)
        },
      ),
    )
  })
})
