import { assert } from '../../core/assert'
import type { Size } from '../../core/geometry'
import type { BinaryMask, RgbaImage, ScoreMap } from '../../core/raster'
import { gaussianBlur } from '../imaging/gaussianBlur'
import { piecesWith } from '../raster/piecesWith'
import { resizeRgba, resizeScores } from '../raster/resize'
import type { PseudoLabelParams } from './camParams'
import { dropSpecks } from './dropSpecks'
import { normaliseCam } from './normaliseCam'
import { standOut } from './standOut'

/** A defect is darker than its surroundings, or brighter. */
export type Polarity = 'dark' | 'bright'

export type ContrastParams = Pick<PseudoLabelParams, 'foreground' | 'reach' | 'contrast'>

/** Sigmas at working size: of a pixel's own neighbourhood, of its surroundings, of how far a map reaches. */
const BLUR_PX = { own: 1, around: 10, reach: 10 }
/** The rule works on the picture at this long side: as good as at its own size on the measuring data, and quicker. */
export const WORKING_SIDE_PX = 640
/** Standard deviations from which a pixel has a vote on whether a class is dark or bright. */
const VOTES_FROM = 2

/**
 * The mask of one class by hysteresis: pixels that stand out from their surroundings, near the map, connected to where the
 * map is sure. A class map is a good seed and a poor outline; the outline comes from the picture.
 *
 *   near = blur(C) / max > reach
 *   mask = 8-connected pieces of {near and z > contrast} that touch {C > foreground}, z as in `standOut` (bright: -z)
 *
 * Our own step, no part of the source's method; measured beside the CRF in docs/benchmarks.md.
 *
 * @param map C, 0..1, at the picture's size
 */
export function contrastMask(
  image: RgbaImage,
  map: ScoreMap,
  polarity: Polarity,
  { foreground, reach, contrast }: ContrastParams,
): BinaryMask {
  const { picture, core } = atWorkingSize(image, map)
  const near = normaliseCam(gaussianBlur(core, BLUR_PX.reach)).data
  const sign = polarity === 'dark' ? 1 : -1
  const z = standOut(picture, BLUR_PX).data
  const candidates = {
    ...sizeOf(core),
    data: Uint8Array.from(z, (value, p) => (near[p]! > reach && sign * value > contrast ? 1 : 0)),
  }
  const pieces = piecesWith(candidates, (p) => core.data[p]! > foreground)
  // Enlarged as shares and cut at a half, so that the outline has no stairs.
  const shares = resizeScores({ ...sizeOf(pieces), data: Float32Array.from(pieces.data) }, image)
  return dropSpecks({
    ...sizeOf(image),
    data: Uint8Array.from(shares.data, (share) => (share >= 0.5 ? 1 : 0)),
  })
}

/**
 * A picture's vote on how a class differs from its surroundings: sum over {C > foreground} of C sign(z) max(|z| - 2, 0).
 * Positive: dark. One picture may err; the sum of the signs over a class's pictures did not on the measuring data.
 */
export function polarityVote(image: RgbaImage, map: ScoreMap, foreground: number): number {
  const { picture, core } = atWorkingSize(image, map)
  const z = standOut(picture, BLUR_PX).data
  let vote = 0
  for (let p = 0; p < z.length; p++) {
    if (core.data[p]! > foreground)
      vote += core.data[p]! * Math.sign(z[p]!) * Math.max(0, Math.abs(z[p]!) - VOTES_FROM)
  }
  return vote
}

function atWorkingSize(
  image: RgbaImage,
  map: ScoreMap,
): { readonly picture: RgbaImage; readonly core: ScoreMap } {
  assert(image.width === map.width && image.height === map.height, 'a map has the size of its picture')
  const scale = Math.min(1, WORKING_SIDE_PX / Math.max(image.width, image.height))
  if (scale === 1) return { picture: image, core: map }
  const size = { width: Math.round(image.width * scale), height: Math.round(image.height * scale) }
  return { picture: resizeRgba(image, size), core: resizeScores(map, size) }
}

function sizeOf({ width, height }: Size): Size {
  return { width, height }
}
