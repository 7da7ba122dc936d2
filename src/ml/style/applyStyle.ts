import type { Box } from '../../core/geometry'
import type { BinaryMask } from '../../core/raster'
import { cleanUpMask, isUnresolvedMask } from '../generators/cleanUp'
import type { GeneratedMask, MaskScores } from '../generators/generator'
import { STABILITY_OFFSET } from '../generators/maskOfCandidate'
import { stabilityOf, tightnessOf } from '../quality'
import { baseMask } from './baseMask'
import { cellPxOf, thresholdOf, type ClassStyle, type DrawnStyle } from './classStyle'
import { grownMask } from './drawnMask'
import { isEqual } from './isEqual'

/**
 * A generator's result, drawn like the person draws: from the style's base, grown or shrunk by a disc, specks and
 * pinholes removed, stability and tightness taken again (the estimate of IoU stays: it is the model's). The alternatives
 * stay what they are.
 *
 * `drawn` is null when the mask was left as it is: it is unresolved, the answer lacks what the style asks for, the style
 * would leave nothing of it, or nothing changes.
 *
 * @param boxPx the box that the mask was made for, image pixels
 */
export function applyStyle(
  made: GeneratedMask,
  style: ClassStyle,
  boxPx: Box,
): { readonly made: GeneratedMask; readonly drawn: DrawnStyle | null } {
  const untouched = { made, drawn: null }
  const base = made.isUnresolved ? null : baseMask(style.base, made)
  if (base === null) return untouched
  const dilationPx = style.dilationCells * cellPxOf(boxPx)
  const grown = grownMask(base, dilationPx)
  if (grown === made.mask) return untouched
  const mask = cleanUpMask(grown)
  if (isUnresolvedMask(mask, boxPx) || isEqual(mask, made.mask)) return untouched
  const threshold = thresholdOf(style.base, made)
  return {
    made: {
      ...made,
      mask,
      scores: scoresOf(made, mask, threshold, boxPx),
      evidence:
        threshold === null || made.evidence === null ? null : { scores: made.evidence.scores, threshold },
    },
    drawn: {
      threshold,
      dilationPx,
      fromMasks: style.fromMasks,
      reading: style.base.kind === 'reading' ? style.base.reading : null,
    },
  }
}

function scoresOf(made: GeneratedMask, mask: BinaryMask, threshold: number | null, boxPx: Box): MaskScores {
  const { predictedIou } = made.scores
  const tightness = tightnessOf(mask, made.boundsPx, boxPx)
  if (threshold === null || made.evidence === null) return { predictedIou, stability: null, tightness }
  // Scores are 0 where no mask may be, so nothing has to be left out.
  const everywhere = { ...mask, data: new Uint8Array(mask.data.length).fill(1) }
  const stability = stabilityOf(made.evidence.scores, everywhere, threshold, STABILITY_OFFSET)
  return { predictedIou, stability, tightness }
}
