import type { RgbaImage } from '../../../core/raster'
import type { KernelSum } from './meanField'

export interface KernelRange {
  /** Standard deviation in pixels. */
  readonly px: number
  /** Standard deviation in levels of 0..255; null: colours do not count. */
  readonly levels: number | null
}

/**
 * k(i, j) = exp(-1/2 |feat_i - feat_j|^2), feat = (x / px, y / px[, r, g, b / levels]), as a full matrix (N, N):
 * for pictures up to about 40 x 40 and as the oracle of the fast sums. Known component (methods/cam-pseudo-masks.md, D2).
 */
export function exactKernelMatrix(
  { width, height, data }: RgbaImage,
  { px, levels }: KernelRange,
): Float32Array {
  const count = width * height
  const matrix = new Float32Array(count * count)
  for (let i = 0; i < count; i++) {
    const xi = i % width
    const yi = (i - xi) / width
    for (let j = 0; j <= i; j++) {
      const xj = j % width
      const yj = (j - xj) / width
      let distance = ((xi - xj) / px) ** 2 + ((yi - yj) / px) ** 2
      if (levels !== null) {
        for (let c = 0; c < 3; c++) distance += ((data[4 * i + c]! - data[4 * j + c]!) / levels) ** 2
      }
      const value = Math.exp(-distance / 2)
      matrix[i * count + j] = value
      matrix[j * count + i] = value
    }
  }
  return matrix
}

/** The sum by that matrix. */
export function exactKernelSum(image: RgbaImage, range: KernelRange): KernelSum {
  const count = image.width * image.height
  const matrix = exactKernelMatrix(image, range)
  return (values, out) => {
    for (let i = 0; i < count; i++) {
      let sum = 0
      const row = i * count
      for (let j = 0; j < count; j++) sum += matrix[row + j]! * values[j]!
      out[i] = sum
    }
  }
}
