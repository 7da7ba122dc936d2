import type { MaskPatch } from '../../app/app'
import type { Box } from '../../core/geometry'

/** What a pixel of the difference view is. */
export const KEPT = 1
export const ADDED = 2
export const REMOVED = 3

export interface Difference {
  /** Union of the two masks' boxes; image pixels. */
  readonly boundsPx: Box
  /** One code a pixel of `boundsPx`, row by row: 0 neither, 1 kept, 2 added, 3 removed. */
  readonly codes: Uint8Array
  readonly keptPx: number
  readonly addedPx: number
  readonly removedPx: number
  /** Tight box of the added and removed pixels; of the kept ones when nothing changes; null without any pixel. */
  readonly changedPx: Box | null
}

/**
 * Pixel-wise comparison of the present mask with the proposed one. Null stands for "no mask": then everything is added,
 * or everything removed.
 */
export function differencePatch(before: MaskPatch | null, after: MaskPatch | null): Difference {
  const boundsPx = unionOf(before?.boundsPx ?? null, after?.boundsPx ?? null)
  const codes = new Uint8Array(boundsPx.width * boundsPx.height)
  if (before !== null) mark(codes, boundsPx, before, REMOVED)
  if (after !== null) mark(codes, boundsPx, after, ADDED)

  const counts = [0, 0, 0, 0]
  for (const code of codes) counts[code]!++
  const isChanged = counts[ADDED]! + counts[REMOVED]! > 0
  return {
    boundsPx,
    codes,
    keptPx: counts[KEPT]!,
    addedPx: counts[ADDED]!,
    removedPx: counts[REMOVED]!,
    changedPx: tightBox(codes, boundsPx, isChanged ? ADDED : KEPT),
  }
}

function unionOf(a: Box | null, b: Box | null): Box {
  const boxes = [a, b].filter((box): box is Box => box !== null && box.width > 0 && box.height > 0)
  if (boxes.length === 0) return { x: 0, y: 0, width: 0, height: 0 }
  const x = Math.min(...boxes.map((box) => box.x))
  const y = Math.min(...boxes.map((box) => box.y))
  const right = Math.max(...boxes.map((box) => box.x + box.width))
  const bottom = Math.max(...boxes.map((box) => box.y + box.height))
  return { x, y, width: right - x, height: bottom - y }
}

/** Writes `code` where the patch has a pixel; where the other mask was written before, both have it: kept. */
function mark(codes: Uint8Array, boundsPx: Box, patch: MaskPatch, code: number): void {
  const left = patch.boundsPx.x - boundsPx.x
  const top = patch.boundsPx.y - boundsPx.y
  for (let y = 0; y < patch.mask.height; y++) {
    for (let x = 0; x < patch.mask.width; x++) {
      if (patch.mask.data[y * patch.mask.width + x] === 0) continue
      const at = (top + y) * boundsPx.width + left + x
      codes[at] = codes[at] === 0 ? code : KEPT
    }
  }
}

/** Tight box, in image pixels, of the codes from `lowest` up. */
function tightBox(codes: Uint8Array, boundsPx: Box, lowest: number): Box | null {
  let left = boundsPx.width
  let right = -1
  let top = boundsPx.height
  let bottom = -1
  for (let y = 0; y < boundsPx.height; y++) {
    for (let x = 0; x < boundsPx.width; x++) {
      if (codes[y * boundsPx.width + x]! < lowest) continue
      left = Math.min(left, x)
      right = Math.max(right, x)
      top = Math.min(top, y)
      bottom = y
    }
  }
  if (right < 0) return null
  return { x: boundsPx.x + left, y: boundsPx.y + top, width: right - left + 1, height: bottom - top + 1 }
}
