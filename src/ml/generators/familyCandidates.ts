import type { Box } from '../../core/geometry'
import { boxArea } from '../../core/geometry'
import { boxChannel } from '../imaging/boxChannel'
import { sigmoid } from '../sigmoid'
import { boxTightThreshold, fusedMap, isSparse } from './boxTight'
import type { CropAnswer, MaskCandidate } from './generator'
import type { RankedCandidate } from './rankedCandidate'

/** With all four tokens the single-mask token comes first when it is this stable (methods: SAM notes, §6). */
const STABLE = 0.9
/** Offset of that stability, in logits: the one its authors use. */
const STABILITY_LOGITS = 1

/** How much lying inside the box counts beside the model's own estimate, and the size that rules a mask out. */
const INSIDE_WEIGHT = 0.1
const MAXIMAL_BOX_AREAS = 1.5

/**
 * Readings of an answer without a learned ranking, best first. The model's masks are ordered by its own estimates (SAM
 * notes, §6); each is read with the threshold that its box asks for and then at 0.5 (models.md §5.6). A crack's box
 * says nothing about its width, so a thin mask is read at the calibration's own threshold first.
 *
 * @param luminance (rows, columns) of the answer's grid, 0..1
 */
export function familyCandidates(answer: CropAnswer, luminance: Float32Array, boxPx: Box): RankedCandidate[] {
  const { frame, calibration } = answer
  return orderedMasks(answer, boxPx).flatMap((source) => {
    const { predictedIou } = source
    const fused = fusedMap({ frame, calibration, logits: source.logits }, luminance, boxPx)
    const read = (kind: string, map: Float32Array, threshold: number): RankedCandidate => ({
      kind,
      map,
      threshold,
      predictedIou,
      source,
    })
    const fitted = read('fused-tight', fused, boxTightThreshold(fused, { frame, calibration }, boxPx))
    const thin = read('thin', fused, calibration.sparseThreshold)
    const plain = read('network', source.logits.map(sigmoid), 0.5)
    return isSparse(fused, { frame, calibration }, boxPx) ? [thin, fitted, plain] : [fitted, plain, thin]
  })
}

/** The model's masks, best first, as its authors choose among them; one whose area outgrows the box comes last. */
export function orderedMasks({ frame, candidates }: CropAnswer, boxPx: Box): readonly MaskCandidate[] {
  if (candidates.length === 1) return candidates
  const inside = boxChannel(frame, boxPx)
  const boxCells = (boxArea(boxPx) * frame.columns * frame.rows) / (frame.widthPx * frame.heightPx)
  const byScore = (masks: readonly MaskCandidate[]): MaskCandidate[] =>
    masks
      .map((mask) => ({ mask, score: scoreOf(mask, inside, boxCells) }))
      .toSorted((a, b) => b.score - a.score)
      .map(({ mask }) => mask)
  if (candidates.length !== 4) return byScore(candidates)
  const single = candidates[0]!
  const others = byScore(candidates.slice(1))
  return stabilityOfLogits(single.logits) >= STABLE ? [single, ...others] : [...others, single]
}

/** The estimate of IoU plus a tenth of the share inside the box; far below 0 for a mask that outgrows its box. */
function scoreOf({ logits, predictedIou }: MaskCandidate, inside: Float32Array, boxCells: number): number {
  let area = 0
  let within = 0
  for (let p = 0; p < logits.length; p++) {
    if (logits[p]! <= 0) continue
    area++
    within += inside[p]!
  }
  const insideShare = area === 0 ? 0 : within / area
  const veto = area > MAXIMAL_BOX_AREAS * boxCells ? 10 : 0
  return (predictedIou ?? 0) + INSIDE_WEIGHT * insideShare - veto
}

function stabilityOfLogits(logits: Float32Array): number {
  let high = 0
  let low = 0
  for (const logit of logits) {
    if (logit > -STABILITY_LOGITS) low++
    if (logit > STABILITY_LOGITS) high++
  }
  return low === 0 ? 0 : high / low
}
