import type { RgbaImage } from '../../../core/raster'
import { gaussianSum } from './gaussianSum'
import { meanField, type CrfInput } from './meanField'
import { permutohedralSum } from './permutohedral'

/** x, y, r, g, b. */
const DIMENSIONS = 5

/**
 * The dense CRF for pictures of any working size: the colour term on a permutohedral lattice, the smoothness term
 * separably and truncated at 3 sigma. See `meanField` for the formula, `denseCrf` for the exact form that it follows
 * closely, not to the digit. Returns Q, (K + 1, height, width).
 */
export function denseCrfLattice(input: CrfInput): Float32Array<ArrayBuffer> {
  const { image, params } = input
  return meanField(input, [
    { weight: params.smoothWeight, sum: gaussianSum(image, params.smoothPx) },
    {
      weight: params.colourWeight,
      sum: permutohedralSum(bilateralFeatures(image, params.colourPx, params.colourLevels), DIMENSIONS),
    },
  ])
}

/** (N, 5): x / px, y / px, r / levels, g / levels, b / levels. */
function bilateralFeatures({ width, height, data }: RgbaImage, px: number, levels: number): Float32Array {
  const features = new Float32Array(width * height * DIMENSIONS)
  for (let p = 0, at = 0; p < width * height; p++, at += DIMENSIONS) {
    const x = p % width
    features[at] = x / px
    features[at + 1] = (p - x) / width / px
    for (let c = 0; c < 3; c++) features[at + 2 + c] = data[4 * p + c]! / levels
  }
  return features
}
