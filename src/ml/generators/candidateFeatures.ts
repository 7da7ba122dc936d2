import { boxIou, type Box } from '../../core/geometry'
import { emptyMask, type BinaryMask } from '../../core/raster'
import { boxToGrid, type GridFrame } from '../imaging/gridFrame'
import { maskArea, maskBounds } from '../quality'
import type { Evidence } from './candidateMaps'
import { gradientMagnitude, grownByRing, maskIou, meanOver, outlineOf, spreadOver } from './maskMeasures'

/**
 * What can be told about each candidate without knowing the truth: the input of the scorer. Twin of
 * training/candidates.py, `candidate_features`; golden vectors hold both sides equal.
 */

/** In the order of training/candidates.py. */
export const CANDIDATE_KINDS = [
  'fitted',
  'spanning',
  'even',
  'bold',
  'fine',
  'network',
  'wide',
  'sharp',
  'thin',
  'fused-tight',
  'adapted',
  'guided',
  'otsu',
  'blend',
  'box',
] as const
export type CandidateKind = (typeof CANDIDATE_KINDS)[number]

export const CANDIDATE_FEATURES: readonly string[] = [
  'expectedNetwork',
  'expectedRefined',
  'stability',
  'agreement',
  'boxFill',
  'quality',
  'iouOtsu',
  'iouNetwork',
  'consensus',
  'contrast',
  'edge',
  'insideSpread',
  'meanInside',
  'meanOutside',
  'uncertainty',
  'boxSize',
  'elongation',
  'looseness',
  'coreLooseness',
  'outline',
  ...CANDIDATE_KINDS.map((kind) => `is-${kind}`),
]

const STABILITY_OFFSET = 0.1
const RING_PX = 3

/** A mask to be: the allowed pixels where `map` > `threshold`. */
export interface CutMap {
  readonly map: Float32Array
  readonly threshold: number
}

export interface SharedFacts extends Evidence {
  readonly probability: Float32Array
  readonly luminance: Float32Array
  readonly otsu: BinaryMask
  readonly frame: GridFrame
  readonly boxPx: Box
  /** What the network itself says about its mask. */
  readonly quality: number
}

export type FeatureRow = { readonly [name: string]: number }

export function candidateFeatures(
  cuts: { readonly [kind in CandidateKind]: CutMap },
  facts: SharedFacts,
): { readonly [kind in CandidateKind]: FeatureRow } {
  const { probability, luminance, allowed, frame, boxPx } = facts
  const box = boxToGrid(frame, boxPx)
  const masks = CANDIDATE_KINDS.map((kind) => cut(cuts[kind], allowed))
  const maskOf = (kind: CandidateKind): BinaryMask => masks[CANDIDATE_KINDS.indexOf(kind)]!
  const agreement = (mask: BinaryMask): number => {
    const bounds = maskBounds(mask)
    return bounds === null ? 0 : boxIou(bounds, box)
  }
  const gradient = gradientMagnitude(luminance, frame)
  const usualGradient = Math.max(meanOver(gradient, allowed) ?? 0, 1e-4)
  const doubt = probability.map((value) => 4 * value * (1 - value))
  const shared = {
    quality: facts.quality,
    uncertainty: meanOver(doubt, allowed) ?? 0,
    boxSize: Math.min(Math.max(Math.log2(Math.max(boxPx.width, boxPx.height, 1)), 2), 8),
    elongation: Math.abs(Math.log2(Math.max(box.width, 1e-3) / Math.max(box.height, 1e-3))),
    looseness: agreement(maskOf('network')),
    coreLooseness: agreement(maskOf('sharp')),
  }
  const boxArea = Math.max(maskArea(facts.inside), 1)
  const between = pairwise(masks)
  const rows = CANDIDATE_KINDS.map((kind, i): [CandidateKind, FeatureRow] => {
    const mask = masks[i]!
    const area = maskArea(mask)
    const ring = without(grownByRing(mask, RING_PX), mask)
    const line = outlineOf(mask)
    const inside = meanOver(luminance, mask)
    const around = meanOver(luminance, ring)
    const contrast = inside === null || around === null ? 0 : Math.abs(inside - around) / facts.spread
    const others = between[i]!.reduce((sum, iou, j) => (j === i ? sum : sum + iou), 0)
    return [
      kind,
      {
        ...shared,
        expectedNetwork: expectedIou(probability, mask, allowed),
        expectedRefined: expectedIou(facts.refined, mask, allowed),
        stability: stability(cuts[kind], allowed),
        agreement: agreement(mask),
        boxFill: Math.min(area / boxArea, 1.5),
        iouOtsu: maskIou(mask, facts.otsu),
        iouNetwork: maskIou(mask, maskOf('network')),
        consensus: others / (masks.length - 1),
        contrast: Math.log1p(contrast),
        edge: Math.min((meanOver(gradient, line) ?? 0) / usualGradient, 5),
        insideSpread: Math.log1p((spreadOver(luminance, mask) ?? 0) / facts.spread),
        meanInside: meanOver(probability, mask) ?? 0,
        meanOutside: meanOver(probability, without(allowed, mask)) ?? 0,
        outline: area === 0 ? 0 : Math.log1p(maskArea(line) / Math.sqrt(area)),
        ...Object.fromEntries(CANDIDATE_KINDS.map((other) => [`is-${other}`, other === kind ? 1 : 0])),
      },
    ]
  })
  return Object.fromEntries(rows) as { [kind in CandidateKind]: FeatureRow }
}

function cut({ map, threshold }: CutMap, allowed: BinaryMask): BinaryMask {
  const limit = Math.fround(threshold)
  const mask = emptyMask(allowed)
  for (let p = 0; p < map.length; p++) if (allowed.data[p] === 1 && map[p]! > limit) mask.data[p] = 1
  return mask
}

function without({ width, height, data }: BinaryMask, taken: BinaryMask): BinaryMask {
  const mask = emptyMask({ width, height })
  for (let p = 0; p < data.length; p++) if (data[p] === 1 && taken.data[p] === 0) mask.data[p] = 1
  return mask
}

/** IoU of every pair, from how many pixels each combination of masks covers. */
function pairwise(masks: readonly BinaryMask[]): readonly (readonly number[])[] {
  const counts = new Uint32Array(2 ** masks.length)
  const codes = new Uint32Array(masks[0]!.data.length)
  masks.forEach(({ data }, i) => {
    for (let p = 0; p < codes.length; p++) codes[p]! |= data[p]! << i
  })
  for (const code of codes) counts[code]! += 1
  const present = [...counts.keys()].filter((code) => code > 0 && counts[code]! > 0)
  const pixels = (isCounted: (code: number) => boolean): number =>
    present.reduce((sum, code) => (isCounted(code) ? sum + counts[code]! : sum), 0)
  return masks.map((_, i) =>
    masks.map((_other, j) => {
      const pair = (1 << i) | (1 << j)
      const either = pixels((code) => (code & pair) !== 0)
      return either === 0 ? 0 : pixels((code) => (code & pair) === pair) / either
    }),
  )
}

/** Area of the mask at threshold + 0.1 over its area at threshold - 0.1. */
function stability({ map, threshold }: CutMap, allowed: BinaryMask): number {
  const lowLimit = Math.fround(threshold - STABILITY_OFFSET)
  const highLimit = Math.fround(threshold + STABILITY_OFFSET)
  let low = 0
  let high = 0
  for (let p = 0; p < map.length; p++) {
    if (allowed.data[p] === 0) continue
    if (map[p]! > lowLimit) low++
    if (map[p]! > highLimit) high++
  }
  return low === 0 ? 0 : high / low
}

/** Sum of the map inside the mask / (mask area + sum of the map over the other allowed pixels). */
function expectedIou(map: Float32Array, mask: BinaryMask, allowed: BinaryMask): number {
  let within = 0
  let total = 0
  for (let p = 0; p < map.length; p++) {
    if (allowed.data[p] === 0) continue
    total += map[p]!
    if (mask.data[p] === 1) within += map[p]!
  }
  return within / Math.max(maskArea(mask) + total - within, 1e-6)
}
