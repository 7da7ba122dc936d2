import { assert } from '../../core/assert'
import { emptyMask, type BinaryMask, type RgbaImage, type ScoreMap } from '../../core/raster'
import { gaussianBlur } from '../imaging/gaussianBlur'
import { medianOf } from '../imaging/median'
import { connectedComponents } from '../raster/components'
import { dropSpecks } from './dropSpecks'
import { normaliseCam } from './normaliseCam'

export interface ContrastParams {
  /** A piece counts when the map exceeds this somewhere in it. */
  readonly foreground: number
  /** Where the map, blurred and brought to a maximum of 1 again, stays at or below this, no piece may lie. */
  readonly reach: number
  /** Standard deviations by which a pixel stands out from its surroundings. */
  readonly contrast: number
}

/** Sigma of the pixel's own neighbourhood, of its surroundings, and of how far a map reaches; in picture pixels. */
const BLUR_PX = { own: 2, around: 20, reach: 20 }
/** Median absolute deviation to standard deviation of a normal distribution. */
const MAD_TO_STD = 1.4826
/** Grey levels of noise that even a flawless surface has. */
const LEAST_STD = 0.5

/**
 * The mask of one class by hysteresis: pixels that stand out from their surroundings, near the map, connected to where the
 * map is sure. A class map is a good seed and a poor outline; the outline comes from the picture.
 *
 *   d = blur(grey, 20 px) - blur(grey, 2 px);  z = (d - median d) / (1.4826 MAD of d over the picture)
 *   near = blur(C, 20 px) / max > reach;  mask = 8-connected pieces of {near and s z > contrast} that touch {C > foreground}
 *
 * with the sign s, darker or brighter, that has more activation under its pixels. Our own step, no part of the source's
 * method; measured beside the CRF in docs/benchmarks.md.
 *
 * @param map C, 0..1, at the picture's size
 */
export function contrastMask(
  image: RgbaImage,
  map: ScoreMap,
  { foreground, reach, contrast }: ContrastParams,
): BinaryMask {
  assert(image.width === map.width && image.height === map.height, 'a map has the size of its picture')
  const near = normaliseCam(gaussianBlur(map, BLUR_PX.reach))
  const z = standOut(image)
  const darker = piecesTouching(
    maskWhere(z, (p) => near.data[p]! > reach && z[p]! > contrast),
    map,
    foreground,
  )
  const brighter = piecesTouching(
    maskWhere(z, (p) => near.data[p]! > reach && z[p]! < -contrast),
    map,
    foreground,
  )
  return dropSpecks(activationUnder(darker, map) >= activationUnder(brighter, map) ? darker : brighter)

  function maskWhere(values: Float32Array, isIn: (p: number) => boolean): BinaryMask {
    return {
      width: map.width,
      height: map.height,
      data: Uint8Array.from(values, (_, p) => (isIn(p) ? 1 : 0)),
    }
  }
}

/** z of every pixel: positive where it is darker than its surroundings. */
function standOut({ width, height, data }: RgbaImage): Float32Array {
  const grey = new Float32Array(width * height)
  for (let p = 0; p < grey.length; p++) grey[p] = (data[4 * p]! + data[4 * p + 1]! + data[4 * p + 2]!) / 3
  const own = gaussianBlur({ width, height, data: grey }, BLUR_PX.own).data
  const around = gaussianBlur({ width, height, data: grey }, BLUR_PX.around).data
  const difference = around.map((value, p) => value - own[p]!)
  const middle = medianOf(difference)
  const std = Math.max(LEAST_STD, MAD_TO_STD * medianOf(difference.map((value) => Math.abs(value - middle))))
  return difference.map((value) => (value - middle) / std)
}

function piecesTouching(mask: BinaryMask, map: ScoreMap, foreground: number): BinaryMask {
  const kept = emptyMask(mask)
  for (const { boundsPx, mask: piece } of connectedComponents(mask, 8)) {
    const pixels: number[] = []
    let isSure = false
    for (let q = 0; q < piece.data.length; q++) {
      if (piece.data[q] === 0) continue
      const p = (boundsPx.y + Math.floor(q / piece.width)) * mask.width + boundsPx.x + (q % piece.width)
      pixels.push(p)
      isSure ||= map.data[p]! > foreground
    }
    if (isSure) for (const p of pixels) kept.data[p] = 1
  }
  return kept
}

function activationUnder(mask: BinaryMask, map: ScoreMap): number {
  return mask.data.reduce((sum, bit, p) => sum + bit * map.data[p]!, 0)
}
