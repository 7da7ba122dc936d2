import type { Box } from '../../core/geometry'
import type { RgbaImage } from '../../core/raster'
import { sampleCrop } from '../imaging/cropSampling'
import type { GridFrame } from '../imaging/gridFrame'
import { luminanceOf } from '../imaging/standardise'
import { sigmoid } from '../sigmoid'
import { evidenceOf } from './candidateMaps'
import { rankCandidates } from './candidates'
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
  const { frame, calibration } = answer
  const luminance = luminanceOn(image, frame)
  const { choice } = calibration
  const ranked =
    choice === undefined
      ? familyCandidates(answer, luminance, boxPx)
      : rankCandidates({ ...answer, calibration: { ...calibration, choice } }, luminance, boxPx)
  return { frame, candidates: inOrder(ranked, rule) }
}

/**
 * Where an answer suspects something, (rows, columns) of its grid, 0..1: what the model says of its first candidate, and
 * with a learned choice also the grey values and edges of the picture.
 */
export function suspicionOf(image: RgbaImage, answer: CropAnswer, boxPx: Box): Float32Array {
  const { frame, calibration } = answer
  const probability = answer.candidates[0]!.logits.map(sigmoid)
  const { choice } = calibration
  if (choice === undefined) return probability
  const luminance = luminanceOn(image, frame)
  return evidenceOf(probability, luminance, frame, { ...calibration, choice }, boxPx).refined
}

/** Luminance at the cells of a grid, (rows, columns), 0..1. */
function luminanceOn(image: RgbaImage, frame: GridFrame): Float32Array {
  const rgb = sampleCrop(image, frame)
  for (let p = 0; p < rgb.length; p++) rgb[p]! /= 255
  return luminanceOf(rgb)
}

/** The reading whose threshold follows the box: with a learned choice, and without one. */
const FITTED_KINDS = ['fitted', 'fused-tight']

/** The reading that the rule asks for comes first, the others stay as they were ranked. */
function inOrder(
  ranked: readonly RankedCandidate[],
  { threshold, fixedThreshold }: ReadingRule,
): readonly RankedCandidate[] {
  if (threshold === 'auto') return ranked
  const fitted = FITTED_KINDS.map((kind) => ranked.find((one) => one.kind === kind)).find(Boolean)
  if (fitted === undefined) return ranked
  if (threshold === 'fixed') return [{ ...fitted, kind: 'fixed', threshold: fixedThreshold }, ...ranked]
  return [fitted, ...ranked.filter((candidate) => candidate !== fitted)]
}
