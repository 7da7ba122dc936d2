import { intersectBoxes } from '../../core/geometry'
import type { Rle } from '../../core/raster'
import type { ClassId } from '../../domain/records'
import { rleArea, rleBounds } from '../../ml/raster/rle'
import { rleIntersectionArea } from '../../ml/raster/rleSets'

/** From this IoU on two masks show the same thing (product.md, "Decisions" 7). */
const SAME_IOU = 0.8

interface RunMask {
  readonly classId: ClassId | null
  readonly rle: Rle
}

export type ChangeKind = 'onlyA' | 'onlyB' | 'shape' | 'class'

/** A place where two runs see different things on one image. */
export interface MaskChange {
  readonly kind: ChangeKind
  /** Index into the masks of each run; null where that run sees nothing. */
  readonly a: number | null
  readonly b: number | null
  /** 0 where one of them sees nothing. */
  readonly iou: number
  /** Pixels that are in one mask and not in the other; for a change of class alone, all pixels of the smaller mask. */
  readonly changedPx: number
}

/**
 * Pairs the masks of two runs on one image, each at most once, highest IoU first (ties in the order of the masks), and
 * returns the pairs that differ, in shape (IoU below 0.8) or in class alone, and the masks without a partner.
 */
export function changedMasks(
  masksA: readonly RunMask[],
  masksB: readonly RunMask[],
): { readonly same: number; readonly changes: readonly MaskChange[] } {
  const sidesA = masksA.map(measured)
  const sidesB = masksB.map(measured)
  const freeA = new Set(masksA.keys())
  const freeB = new Set(masksB.keys())
  const changes: MaskChange[] = []
  let same = 0
  for (const { a, b, iou, commonPx } of pairs(masksA, masksB)) {
    if (!freeA.has(a) || !freeB.has(b)) continue
    freeA.delete(a)
    freeB.delete(b)
    const areaA = sidesA[a]!.areaPx
    const areaB = sidesB[b]!.areaPx
    const isOtherClass = masksA[a]!.classId !== masksB[b]!.classId
    if (iou < SAME_IOU) changes.push({ kind: 'shape', a, b, iou, changedPx: areaA + areaB - 2 * commonPx })
    else if (isOtherClass) changes.push({ kind: 'class', a, b, iou, changedPx: Math.min(areaA, areaB) })
    else same++
  }
  for (const a of freeA) changes.push({ kind: 'onlyA', a, b: null, iou: 0, changedPx: sidesA[a]!.areaPx })
  for (const b of freeB) changes.push({ kind: 'onlyB', a: null, b, iou: 0, changedPx: sidesB[b]!.areaPx })
  return { same, changes }
}

function measured({ rle }: RunMask): { areaPx: number; boundsPx: ReturnType<typeof rleBounds> } {
  return { areaPx: rleArea(rle), boundsPx: rleBounds(rle) }
}

function pairs(
  masksA: readonly RunMask[],
  masksB: readonly RunMask[],
): { a: number; b: number; iou: number; commonPx: number }[] {
  const sidesA = masksA.map(measured)
  const sidesB = masksB.map(measured)
  const found: { a: number; b: number; iou: number; commonPx: number }[] = []
  for (const [a, sideA] of sidesA.entries()) {
    for (const [b, sideB] of sidesB.entries()) {
      if (intersectBoxes(sideA.boundsPx, sideB.boundsPx) === null) continue
      const commonPx = rleIntersectionArea(masksA[a]!.rle, masksB[b]!.rle)
      if (commonPx === 0) continue
      found.push({ a, b, commonPx, iou: commonPx / (sideA.areaPx + sideB.areaPx - commonPx) })
    }
  }
  return found.sort((one, other) => other.iou - one.iou || one.a - other.a || one.b - other.b)
}
