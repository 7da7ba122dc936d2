import type { RgbaImage, ScoreMap } from '../../core/raster'
import { gaussianBlur } from '../imaging/gaussianBlur'
import { medianOf } from '../imaging/median'

/** Median absolute deviation to standard deviation of a normal distribution. */
const MAD_TO_STD = 1.4826
/** Grey levels of noise that even a flawless surface has. */
const LEAST_STD = 0.5

/**
 * How much each pixel stands out from its surroundings, in robust standard deviations of the picture; positive where it is
 * darker:
 *
 *   d = blur(grey, around) - blur(grey, own);  z = (d - median d) / (1.4826 median |d - median d|)
 *
 * Our own step, no part of the source's method.
 *
 * @param blurPx sigmas of the pixel's own neighbourhood and of its surroundings
 */
export function standOut(
  { width, height, data }: RgbaImage,
  blurPx: { readonly own: number; readonly around: number },
): ScoreMap {
  const grey = new Float32Array(width * height)
  for (let p = 0; p < grey.length; p++) grey[p] = (data[4 * p]! + data[4 * p + 1]! + data[4 * p + 2]!) / 3
  const own = gaussianBlur({ width, height, data: grey }, blurPx.own).data
  const around = gaussianBlur({ width, height, data: grey }, blurPx.around).data
  const difference = around.map((value, p) => value - own[p]!)
  const middle = medianOf(difference)
  const spread = medianOf(difference.map((value) => Math.abs(value - middle)))
  const std = Math.max(LEAST_STD, MAD_TO_STD * spread)
  return { width, height, data: difference.map((value) => (value - middle) / std) }
}
