import { assert } from '../../core/assert'
import type { Size } from '../../core/geometry'
import type { LabelMap, Rle } from '../../core/raster'
import { IGNORE } from '../../core/raster'
import { patchFromRle, rleArea, rleBounds } from './rle'
import { nearestIndices } from './resize'

export interface TargetInstance {
  readonly rle: Rle
  /** 1..K: the class's place in `classOrder`, plus 1. */
  readonly classIndex: number
}

export interface TargetContent {
  /** Size of the image; every mask has it. */
  readonly image: Size
  readonly instances: readonly TargetInstance[]
  /** "Unresolved" areas: ignore unless an instance says what is there. Painted first. */
  readonly ignoreUnder: readonly Rle[]
  /** Areas a person excluded: ignore whatever else is there. Painted last. */
  readonly ignoreOver: readonly Rle[]
}

/** Where the image lands on a network's input: resized to `content` at the top left of `canvas`. */
export interface TargetGrid {
  readonly content: Size
  readonly canvas: Size
}

/**
 * The class map of an image: 0 background, 1..K classes, 255 ignore.
 * Instances are painted by descending area, so that small defects stay on top; equal areas keep their order
 * (boxes2pixels.md §3.2f). With a grid the image is sampled by the nearest centre, and padding is 255.
 */
export function composeTarget(content: TargetContent, grid: TargetGrid | null): LabelMap {
  const { image } = content
  const canvas = grid?.canvas ?? image
  const scaled = grid?.content ?? image
  assert(scaled.width <= canvas.width && scaled.height <= canvas.height, 'the content fits its canvas')
  const target: LabelMap = {
    width: canvas.width,
    height: canvas.height,
    data: new Uint8Array(canvas.width * canvas.height).fill(IGNORE),
  }
  for (let y = 0; y < scaled.height; y++) {
    target.data.fill(0, y * canvas.width, y * canvas.width + scaled.width)
  }
  const columns = nearestIndices(image.width, scaled.width)
  const rows = nearestIndices(image.height, scaled.height)
  const paint = (rle: Rle, label: number) => {
    assert(rle.width === image.width && rle.height === image.height, 'a mask has the size of its image')
    paintLabel(target, rle, label, columns, rows)
  }
  for (const rle of content.ignoreUnder) paint(rle, IGNORE)
  for (const { rle, classIndex } of largestFirst(content.instances)) {
    assert(classIndex >= 1 && classIndex < IGNORE, 'a class index is 1..254')
    paint(rle, classIndex)
  }
  for (const rle of content.ignoreOver) paint(rle, IGNORE)
  return target
}

function largestFirst(instances: readonly TargetInstance[]): TargetInstance[] {
  return instances
    .map((instance) => ({ instance, areaPx: rleArea(instance.rle) }))
    .sort((a, b) => b.areaPx - a.areaPx)
    .map(({ instance }) => instance)
}

function paintLabel(target: LabelMap, rle: Rle, label: number, columns: Int32Array, rows: Int32Array): void {
  const bounds = rleBounds(rle)
  const patch = patchFromRle(rle, bounds)
  const firstColumn = firstAtLeast(columns, bounds.x)
  const endColumn = firstAtLeast(columns, bounds.x + bounds.width)
  const firstRow = firstAtLeast(rows, bounds.y)
  const endRow = firstAtLeast(rows, bounds.y + bounds.height)
  for (let y = firstRow; y < endRow; y++) {
    const patchRow = (rows[y]! - bounds.y) * patch.width - bounds.x
    for (let x = firstColumn; x < endColumn; x++) {
      if (patch.data[patchRow + columns[x]!] === 1) target.data[y * target.width + x] = label
    }
  }
}

/** First index of an ascending list whose value is not below `limit`. */
function firstAtLeast(ascending: Int32Array, limit: number): number {
  let low = 0
  let high = ascending.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (ascending[middle]! < limit) low = middle + 1
    else high = middle
  }
  return low
}
