import { assert } from '../../core/assert'
import { emptyMask, type BinaryMask, type RgbaImage, type ScoreMap } from '../../core/raster'
import { dilate } from '../raster/morphology'
import type { PseudoLabelParams } from './camParams'
import { dropSpecks } from './dropSpecks'
import { refineMaps, type RefineByCrf } from './refineMaps'

/** What a class keeps whose mask came out empty, and the rim around it that teaches nothing (methods D4). */
const LOW_CONFIDENCE = { topShare: 0.005, rimPx: 5 }

export interface PseudoLabelInput {
  readonly image: RgbaImage
  /** C of each class that the picture is labelled with, 0..1, of the picture's size; at least one. */
  readonly maps: readonly ScoreMap[]
  /** `maskFrom` other than `crf` gives the threshold's masks: prompts are the business of who owns a segmenter. */
  readonly params: PseudoLabelParams
}

/** The pseudo label of one class, of the picture's size. */
export interface PseudoLabel {
  readonly mask: BinaryMask
  /** The mask came out empty although the picture is labelled: what stands there is the map's strongest part only. */
  readonly isLowConfidence: boolean
  /** Neither defect nor background: the rim of a low-confidence mask. Empty otherwise. */
  readonly ignore: BinaryMask
}

/**
 * From activation maps to one mask a class, in the order of the maps; no pixel belongs to two. Clean pictures never come
 * here: their masks are empty. A map without any activation gives an empty mask of low confidence.
 * The order (CRF on the map) is stated by the source; thresholds, window and clean-up are our reconstruction of D1 to D4
 * (methods/cam-pseudo-masks.md, §7), the CRF and the background score known components.
 */
export async function pseudoLabel(
  { image, maps, params }: PseudoLabelInput,
  refine: RefineByCrf,
): Promise<readonly PseudoLabel[]> {
  assert(maps.length > 0, 'a pseudo label needs a map')
  for (const map of maps) {
    assert(map.width === image.width && map.height === image.height, 'maps need the size of their picture')
  }
  const raw =
    params.maskFrom === 'crf'
      ? await masksByCrf(image, maps, params, refine)
      : masksByThreshold(maps, params.foreground)
  const masks = raw.map(dropSpecks)
  return masks.map((mask, k) =>
    mask.data.includes(1)
      ? { mask, isLowConfidence: false, ignore: emptyMask(image) }
      : lowConfidence(maps[k]!, masks),
  )
}

/** Pixels of the largest probability, the background's included; equal ones go to the background, then to the first. */
async function masksByCrf(
  image: RgbaImage,
  maps: readonly ScoreMap[],
  params: PseudoLabelParams,
  refine: RefineByCrf,
): Promise<BinaryMask[]> {
  const masks = maps.map(() => emptyMask(image))
  const refined = await refineMaps(image, maps, params, refine)
  if (refined === null) return masks
  const { windowPx, probabilities } = refined
  for (let q = 0; q < windowPx.width * windowPx.height; q++) {
    let best = 0
    for (let label = 1; label < probabilities.length; label++) {
      if (probabilities[label]!.data[q]! > probabilities[best]!.data[q]!) best = label
    }
    if (best === 0) continue
    const x = q % windowPx.width
    const y = (q - x) / windowPx.width
    masks[best - 1]!.data[(windowPx.y + y) * image.width + windowPx.x + x] = 1
  }
  return masks
}

/** Pixels of the largest C where it exceeds the threshold. */
function masksByThreshold(maps: readonly ScoreMap[], threshold: number): BinaryMask[] {
  const masks = maps.map((map) => emptyMask(map))
  for (let p = 0; p < maps[0]!.data.length; p++) {
    let best = 0
    for (let k = 1; k < maps.length; k++) if (maps[k]!.data[p]! > maps[best]!.data[p]!) best = k
    if (maps[best]!.data[p]! > threshold) masks[best]!.data[p] = 1
  }
  return masks
}

/** The top .5 % of the map, its zeros and other classes' pixels excepted; equal values stand or fall together. */
function lowConfidence(map: ScoreMap, others: readonly BinaryMask[]): PseudoLabel {
  const free = map.data.map((value, p) => (others.some(({ data }) => data[p] === 1) ? 0 : value))
  const sorted = free.slice().sort()
  const count = Math.max(1, Math.round(LOW_CONFIDENCE.topShare * sorted.length))
  const least = sorted[sorted.length - count]!
  const data = Uint8Array.from(free, (value) => (value > 0 && value >= least ? 1 : 0))
  const mask = { width: map.width, height: map.height, data }
  const rim = dilate(mask, LOW_CONFIDENCE.rimPx)
  return {
    mask,
    isLowConfidence: true,
    ignore: { ...rim, data: rim.data.map((bit, p) => bit & (1 - data[p]!)) },
  }
}
