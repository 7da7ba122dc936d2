import { expect, test } from 'vitest'
import { decodeRle, rleArea, rleBounds } from '../raster/rle'
import { DEFECT_KINDS } from './defects'
import { generateSample, SAMPLE_COUNT } from './generateSample'
import { SURFACE_KINDS } from './surfaces'

const sample = [...generateSample(1)]

test('the sample has at least 24 images of three surfaces, some clean, every kind of defect in every split', () => {
  expect(sample).toHaveLength(SAMPLE_COUNT)
  expect(SAMPLE_COUNT).toBeGreaterThanOrEqual(24)
  expect(SAMPLE_COUNT).toBeLessThanOrEqual(30)
  expect(new Set(sample.map((entry) => entry.surface))).toEqual(new Set(SURFACE_KINDS))
  expect(sample.filter((entry) => entry.defects.length === 0).length).toBeGreaterThanOrEqual(6)
  for (const kind of DEFECT_KINDS)
    expect(sample.some((entry) => entry.defects.some((defect) => defect.kind === kind))).toBe(true)
  for (const split of ['train', 'val', 'test']) {
    expect(sample.some((entry) => entry.split === split && entry.defects.length > 0)).toBe(true)
    expect(sample.some((entry) => entry.split === split && entry.defects.length === 0)).toBe(true)
  }
})

test('truth is exact: area, tight box, inside the picture, and the rough box holds it', () => {
  for (const { defects, image } of sample) {
    for (const { rle, areaPx, boundsPx, roughBoxPx } of defects) {
      expect(rle).toMatchObject({ width: image.width, height: image.height })
      expect(areaPx).toBe(rleArea(rle))
      expect(boundsPx).toEqual(rleBounds(rle))
      expect(roughBoxPx.x).toBeLessThanOrEqual(boundsPx.x)
      expect(roughBoxPx.x + roughBoxPx.width).toBeGreaterThanOrEqual(boundsPx.x + boundsPx.width)
      expect(roughBoxPx.x + roughBoxPx.width).toBeLessThanOrEqual(image.width)
      expect(roughBoxPx.y + roughBoxPx.height).toBeLessThanOrEqual(image.height)
    }
  }
})

test('equal seeds give equal pixels, other seeds others', () => {
  const first = generateSample(1).next().value
  const other = generateSample(2).next().value
  const bytes = (image: { data: Uint8ClampedArray<ArrayBuffer> } | undefined): Buffer =>
    Buffer.from(image!.data.buffer)
  expect(bytes(first?.image).equals(bytes(sample[0]!.image))).toBe(true)
  expect(bytes(other?.image).equals(bytes(sample[0]!.image))).toBe(false)
})

test('every defect differs from the ground around it, on average by more than the noise of the sensor', () => {
  for (const { defects, image, fileName } of sample) {
    for (const { rle, boundsPx, kind } of defects) {
      const { data: inside } = decodeRle(rle)
      const sums = { inside: [0, 0, 0], outside: [0, 0, 0] }
      const count = { inside: 0, outside: 0 }
      for (
        let y = Math.max(0, boundsPx.y - 8);
        y < Math.min(image.height, boundsPx.y + boundsPx.height + 8);
        y++
      ) {
        for (
          let x = Math.max(0, boundsPx.x - 8);
          x < Math.min(image.width, boundsPx.x + boundsPx.width + 8);
          x++
        ) {
          const p = y * image.width + x
          const place = inside[p] === 1 ? 'inside' : 'outside'
          count[place]++
          for (let c = 0; c < 3; c++) sums[place][c]! += image.data[p * 4 + c]!
        }
      }
      const differences = [0, 1, 2].map((c) =>
        Math.abs(sums.inside[c]! / count.inside - sums.outside[c]! / count.outside),
      )
      expect(Math.max(...differences), `${kind} in ${fileName}`).toBeGreaterThan(4)
    }
  }
})

test('every class is drawn first in at least six images', () => {
  for (const kind of DEFECT_KINDS) {
    expect(sample.filter(({ defects }) => defects[0]?.kind === kind).length).toBeGreaterThanOrEqual(6)
  }
})
