import type { BinaryMask } from '../../core/raster'
import type { GeneratedMask } from '../generators/generator'
import { thresholded } from '../generators/maskOfCandidate'
import { thresholdOf, type StyleBase } from './classStyle'

/**
 * The mask that a style begins with, before it grows: the evidence above a threshold, another reading, or the
 * generator's own mask where the style has nothing to say. Null: the answer has no such evidence or reading.
 */
export function baseMask(base: StyleBase, made: GeneratedMask): BinaryMask | null {
  if (base.kind === 'reading') return made.readings.find(({ kind }) => kind === base.reading)?.mask ?? null
  if (base.kind === 'relative' && base.shift === 0) return made.mask
  const threshold = thresholdOf(base, made)
  // Below 0 everything would be mask, also where none may be.
  return threshold === null ? null : thresholded(made.evidence!.scores, Math.max(threshold, 0))
}
