import type { Size } from '../../core/geometry'
import { IGNORE, type BinaryMask } from '../../core/raster'
import type { ImageId } from '../../domain/records'
import { connectedComponents } from '../../ml/raster/components'

/** A picture whose mask follows the threshold slider, at the size that the student sees it in. */
export interface ThresholdExample extends Size {
  readonly imageId: ImageId
  /** (height, width) defect probability, 0..1. */
  readonly probability: Float32Array
  /** (height, width): 0 background, 255 ignore, else defect, as a person reviewed it; null where nobody did. */
  readonly truth: Uint8Array | null
  /** Components of fewer pixels are left out, as drafts leave them out at the image's size. */
  readonly smallestPx: number
  /** Components that stay below this probability everywhere are left out; 0: none for that reason. */
  readonly minimumPeak: number
}

/**
 * What drafts at this threshold would show, at the example's size: probability at least `threshold`, specks and pieces
 * that are nowhere sure left out, and nothing where the person did not know.
 */
export function exampleMask(example: ThresholdExample, threshold: number): BinaryMask {
  const { width, height, probability, truth } = example
  const mask: BinaryMask = {
    width,
    height,
    data: Uint8Array.from(probability, (value, p) => (value >= threshold && truth?.[p] !== IGNORE ? 1 : 0)),
  }
  for (const { areaPx, boundsPx, mask: patch } of connectedComponents(mask, 8)) {
    const pixels: number[] = []
    for (let y = 0; y < patch.height; y++)
      for (let x = 0; x < patch.width; x++)
        if (patch.data[y * patch.width + x] === 1) pixels.push((boundsPx.y + y) * width + boundsPx.x + x)
    const isSure = pixels.some((p) => probability[p]! >= example.minimumPeak)
    if (areaPx >= example.smallestPx && isSure) continue
    for (const p of pixels) mask.data[p] = 0
  }
  return mask
}

/** The reviewed defects of an example as a mask; null where nobody reviewed it. */
export function exampleTruth({ width, height, truth }: ThresholdExample): BinaryMask | null {
  if (truth === null) return null
  return { width, height, data: truth.map((label) => (label > 0 && label !== IGNORE ? 1 : 0)) }
}
