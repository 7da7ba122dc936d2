import type { Size } from '../../../core/geometry'
import type { KernelSum } from './meanField'

/** Beyond it a Gaussian is below .012 of its peak. */
const WINDOW_SIGMAS = 3

/**
 * out[i] = sum_j exp(-|x_i - x_j|^2 / (2 sigma^2)) values[j], columns then rows, truncated at +-3 sigma (at least 1 px)
 * an axis. Nothing lies beyond the picture: unlike a blur, it does not repeat edge pixels nor divide by the sum.
 */
export function gaussianSum({ width, height }: Size, sigmaPx: number): KernelSum {
  const radius = Math.max(1, Math.ceil(WINDOW_SIGMAS * sigmaPx))
  const kernel = Float32Array.from({ length: radius + 1 }, (_, d) =>
    Math.exp(-(d * d) / (2 * sigmaPx * sigmaPx)),
  )
  const rows = new Float32Array(width * height)
  return (values, out) => {
    for (let y = 0; y < height; y++) {
      const line = y * width
      for (let x = 0; x < width; x++) {
        const last = Math.min(width - 1, x + radius)
        let sum = 0
        for (let u = Math.max(0, x - radius); u <= last; u++) {
          sum += kernel[u < x ? x - u : u - x]! * values[line + u]!
        }
        rows[line + x] = sum
      }
    }
    out.fill(0)
    for (let y = 0; y < height; y++) {
      const last = Math.min(height - 1, y + radius)
      for (let v = Math.max(0, y - radius); v <= last; v++) {
        const weight = kernel[v < y ? y - v : v - y]!
        for (let x = 0; x < width; x++) out[y * width + x]! += weight * rows[v * width + x]!
      }
    }
  }
}
