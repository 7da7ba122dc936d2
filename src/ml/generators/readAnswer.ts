import type { Box } from '../../core/geometry'
import type { RgbaImage } from '../../core/raster'
import { sampleCrop } from '../imaging/cropSampling'
import type { GridFrame } from '../imaging/gridFrame'
import { luminanceOf } from '../imaging/standardise'
import { familyCandidates } from './familyCandidates'
import type { CropAnswer } from './generator'
import type { RankedCandidate } from './rankedCandidate'

/** How the first mask is chosen; the values of the segmenter's parameter `threshold`. */
export interface ReadingRule {
  readonly threshold: string
  /** For the rule `fixed`. */
  readonly fixedThreshold: number
}

/** The readings of one answer, best first, and the grid that their maps lie on. */
export interface Reading {
  readonly frame: GridFrame
  readonly candidates: readonly RankedCandidate[]
}

/** From what a model says to maps with thresholds: grey evidence of the picture on the answer's grid, then a ranking. */
export function readAnswer(image: RgbaImage, answer: CropAnswer, boxPx: Box, rule: ReadingRule): Reading {
  const rgb = sampleCrop(image, answer.frame)
  for (let p = 0; p < rgb.length; p++) rgb[p]! /= 255
  const ranked = familyCandidates(answer, luminanceOf(rgb), boxPx)
  return { frame: answer.frame, candidates: inOrder(ranked, rule) }
}

/** The reading that the rule asks for comes first, the others stay as they were ranked. */
function inOrder(
  ranked: readonly RankedCandidate[],
  { threshold, fixedThreshold }: ReadingRule,
): readonly RankedCandidate[] {
  if (threshold === 'auto') return ranked
  const fitted = ranked.find(({ kind }) => kind === 'fused-tight')
  if (fitted === undefined) return ranked
  if (threshold === 'fixed') return [{ ...fitted, kind: 'fixed', threshold: fixedThreshold }, ...ranked]
  return [fitted, ...ranked.filter((candidate) => candidate !== fitted)]
}
