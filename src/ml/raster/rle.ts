import { assert } from '../../core/assert'
import type { Box, Size } from '../../core/geometry'
import type { BinaryMask, Rle } from '../../core/raster'
import { emptyMask } from '../../core/raster'
import { createRunBuilder } from './runBuilder'

/**
 * The run-length code of COCO masks: runs go down the columns (index = x * height + y) and alternate, starting with
 * zeros. Definition: metrics.md §3.4; equality with the reference coder is proved by `__fixtures__/coco.json`.
 * A reader accepts zero-length runs anywhere; everything made here is canonical (only the first run may be 0).
 */

/** Encodes a whole mask. An empty mask is one run of zeros. */
export function encodeRle(mask: BinaryMask): Rle {
  return rleFromPatch(mask, { x: 0, y: 0, width: mask.width, height: mask.height }, mask)
}

/** Paints a mask of the code's full size. Not for gigapixel pictures: see `patchFromRle`. */
export function decodeRle(rle: Rle): BinaryMask {
  return patchFromRle(rle, { x: 0, y: 0, width: rle.width, height: rle.height })
}

/**
 * Encodes a patch as a mask of the whole image, without painting the image.
 * `boundsPx` has integer corners inside `size` and the size of the patch; outside it the mask is 0.
 */
export function rleFromPatch(patch: BinaryMask, boundsPx: Box, size: Size): Rle {
  assertBounds(boundsPx, size)
  assert(patch.width === boundsPx.width && patch.height === boundsPx.height, 'a patch fills its bounds')
  const { data, width } = patch
  const runs = createRunBuilder(size)
  const { firstRow, endRow } = occupiedRows(patch)
  for (let px = 0; px < width; px++) {
    const columnStart = (boundsPx.x + px) * size.height + boundsPx.y
    let py = firstRow
    while (py < endRow) {
      while (py < endRow && data[py * width + px] === 0) py++
      const start = py
      while (py < endRow && data[py * width + px] !== 0) py++
      runs.add(columnStart + start, columnStart + py)
    }
  }
  return runs.finish()
}

/** Paints the part of a mask inside `boundsPx` (integer corners inside the image); costs the patch and the runs. */
export function patchFromRle(rle: Rle, boundsPx: Box): BinaryMask {
  assertBounds(boundsPx, rle)
  const patch = emptyMask(boundsPx)
  const top = boundsPx.y
  const bottom = boundsPx.y + boundsPx.height
  const right = boundsPx.x + boundsPx.width
  forEachRun(rle, (start, end) => {
    const firstColumn = Math.max(Math.floor(start / rle.height), boundsPx.x)
    const endColumn = Math.min(Math.ceil(end / rle.height), right)
    for (let x = firstColumn; x < endColumn; x++) {
      const y0 = Math.max(start - x * rle.height, top)
      const y1 = Math.min(end - x * rle.height, bottom)
      for (let y = y0; y < y1; y++) patch.data[(y - top) * patch.width + (x - boundsPx.x)] = 1
    }
  })
  return patch
}

/** Calls back for each run of ones, start..end - 1 in column-major order; zero-length runs are left out. */
function forEachRun(rle: Rle, visit: (start: number, end: number) => void): void {
  let position = 0
  for (let i = 0; i < rle.counts.length; i++) {
    const start = position
    position += rle.counts[i]!
    if (i % 2 === 1 && position > start) visit(start, position)
  }
}

/** Number of ones. */
export function rleArea(rle: Rle): number {
  let area = 0
  for (let i = 1; i < rle.counts.length; i += 2) area += rle.counts[i]!
  return area
}

/** The tight box of the ones; all zeros for an empty mask. */
export function rleBounds(rle: Rle): Box {
  let left = Infinity
  let right = -1
  let top = Infinity
  let bottom = -1
  forEachRun(rle, (start, end) => {
    const firstColumn = Math.floor(start / rle.height)
    const lastColumn = Math.floor((end - 1) / rle.height)
    left = Math.min(left, firstColumn)
    right = Math.max(right, lastColumn)
    // A run over a column border covers the bottom of one column and the top of the next.
    const spansColumns = firstColumn !== lastColumn
    top = Math.min(top, spansColumns ? 0 : start - firstColumn * rle.height)
    bottom = Math.max(bottom, spansColumns ? rle.height - 1 : end - 1 - lastColumn * rle.height)
  })
  if (right < 0) return { x: 0, y: 0, width: 0, height: 0 }
  return { x: left, y: top, width: right - left + 1, height: bottom - top + 1 }
}

/** Joins runs around zero-length ones, so that equal masks have equal counts. */
export function canonicalise(rle: Rle): Rle {
  const runs = createRunBuilder(rle)
  forEachRun(rle, runs.add)
  return runs.finish()
}

function occupiedRows(mask: BinaryMask): { firstRow: number; endRow: number } {
  const firstPixel = mask.data.findIndex((value) => value !== 0)
  if (firstPixel < 0) return { firstRow: 0, endRow: 0 }
  let lastPixel = mask.data.length - 1
  while (mask.data[lastPixel] === 0) lastPixel--
  return { firstRow: Math.floor(firstPixel / mask.width), endRow: Math.floor(lastPixel / mask.width) + 1 }
}

function assertBounds(boundsPx: Box, size: Size): void {
  const { x, y, width, height } = boundsPx
  assert(
    [x, y, width, height].every((value) => Number.isInteger(value) && value >= 0),
    'bounds are integers',
  )
  assert(x + width <= size.width && y + height <= size.height, 'bounds lie inside the image')
}
