import type { Box } from '../../core/geometry'
import type { BinaryMask } from '../../core/raster'
import type { GeneratedMask } from '../generators/generator'

/**
 * Where a person's mask begins: at the generator's own threshold moved by `shift`, at one threshold for all boxes, or with
 * another reading of the model's answer ("uneven" regions are drawn as their box, cracks thin).
 */
export type StyleBase =
  | { readonly kind: 'relative'; readonly shift: number }
  | { readonly kind: 'absolute'; readonly threshold: number }
  | { readonly kind: 'reading'; readonly reading: string }

/**
 * How somebody draws one class, against what the generator draws by itself. How generously people draw is a habit of
 * people, not a property of pixels, and it can be learned from a handful of masks (models.md §5.6).
 */
export interface ClassStyle {
  readonly base: StyleBase
  /** Growth by a disc in cells: eightieths of the prompt box's longer side. Negative shrinks. */
  readonly dilationCells: number
  /** How many accepted masks taught it. */
  readonly fromMasks: number
}

/** What the style was for one mask: the shape that provenance keeps. */
export interface DrawnStyle {
  /** On the evidence, 0..1; null: the generator's own, or that of `reading`. */
  readonly threshold: number | null
  /** Image pixels. */
  readonly dilationPx: number
  readonly fromMasks: number
  /** Kind of the reading that was drawn instead of the generator's choice; null: its choice. */
  readonly reading: string | null
}

/** One accepted or fixed mask beside what the generator had made of its box. */
export interface StyleExample {
  /** The generator's own result, without any style. */
  readonly made: GeneratedMask
  readonly boxPx: Box
  /** The accepted mask, cut to `made.boundsPx`: same size as `made.mask`. */
  readonly mask: BinaryMask
}

/** A crop of 128 cells that is 1.6 times its box shows the box's longer side in 80 cells. */
const CELLS_PER_BOX = 80

export function cellPxOf(boxPx: Box): number {
  return Math.max(boxPx.width, boxPx.height) / CELLS_PER_BOX
}

/** The threshold that a base asks for; null where it cannot move one (another reading, or no evidence). */
export function thresholdOf(base: StyleBase, made: GeneratedMask): number | null {
  if (made.evidence === null) return null
  switch (base.kind) {
    case 'relative':
      return made.evidence.threshold + base.shift
    case 'absolute':
      return base.threshold
    case 'reading':
      return null
  }
}
