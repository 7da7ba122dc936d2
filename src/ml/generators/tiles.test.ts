import { describe, expect, test } from 'vitest'
import { createTileMerge, onGrid, tilesOf } from './tiles'

describe('tilesOf', () => {
  test('one tile for a box of about its size', () => {
    const box = { x: 3, y: 4, width: 140, height: 20 }
    expect(tilesOf(box, 128)).toEqual([box])
  })

  test('covers a box evenly, neighbours share a quarter or more', () => {
    const tiles = tilesOf({ x: 10, y: 0, width: 480, height: 320 }, 128)
    // ceil((480 - 128) / 96) + 1 = 5 across, ceil((320 - 128) / 96) + 1 = 3 down.
    expect(tiles.length).toBe(15)
    const across = tiles.slice(0, 5).map(({ x }) => x)
    expect(across).toEqual([10, 98, 186, 274, 362])
    expect(across.at(-1)! + 128).toBe(490)
    expect(tiles.at(-1)).toEqual({ x: 362, y: 192, width: 128, height: 128 })
  })
})

const frame = { originPx: { x: 10, y: 20 }, widthPx: 60, heightPx: 30, columns: 30, rows: 15 }
const constant = (value: number) => new Float32Array(16).fill(value)
/** A coarse grid over a tile. */
const overTile = (x: number, y: number, width: number, height: number) => ({
  originPx: { x, y },
  widthPx: width,
  heightPx: height,
  columns: 4,
  rows: 4,
})

describe('merging tiles', () => {
  test('one tile counts fully up to its edges, and nowhere else', () => {
    const merge = createTileMerge(frame)
    const tile = { x: 20, y: 20, width: 20, height: 30 }
    merge.add(constant(0.8), overTile(20, 20, 20, 30), tile, tile)
    const mean = merge.mean()
    for (let u = 0; u < 30; u++) {
      // Cells of 2 px: the tile's are 5..14, and one more on each side.
      expect(mean[u]).toBeCloseTo(u >= 4 && u <= 15 ? 0.8 : 0)
    }
  })

  test('between two tiles the values glide from one to the other', () => {
    const merge = createTileMerge(frame)
    const left = { x: 10, y: 20, width: 40, height: 30 }
    const right = { x: 30, y: 20, width: 40, height: 30 }
    merge.add(constant(0), overTile(10, 20, 40, 30), left, left)
    merge.add(constant(1), overTile(30, 20, 40, 30), right, right)
    const row = Array.from(merge.mean().subarray(0, 30))
    expect(row.slice(0, 9).every((value) => value === 0)).toBe(true)
    expect(row.slice(21).every((value) => value === 1)).toBe(true)
    for (let u = 10; u < 20; u++) expect(row[u]!).toBeGreaterThanOrEqual(row[u - 1]!)
    expect(row[14]! + row[15]!).toBeCloseTo(1)
  })

  test('a tile counts only where it was asked', () => {
    const merge = createTileMerge(frame)
    const tile = { x: 10, y: 20, width: 60, height: 30 }
    merge.add(constant(1), overTile(10, 20, 60, 30), tile, { x: 30, y: 30, width: 8, height: 6 })
    // Cells 10..13 x 5..7 and one around them.
    expect(merge.mean().filter((value) => value > 0).length).toBe(6 * 5)
  })
})

test('a map on another grid is sampled at its centres', () => {
  const ramp = Float32Array.from({ length: 60 * 30 }, (_, p) => 10 + (p % 60) + 0.5)
  const fine = { ...frame, columns: 60, rows: 30 }
  const coarse = onGrid(ramp, fine, frame)
  expect(coarse.length).toBe(30 * 15)
  for (let u = 0; u < 30; u++) expect(coarse[7 * 30 + u]).toBeCloseTo(10 + 2 * u + 1, 4)
})
