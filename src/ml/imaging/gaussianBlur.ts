import type { ScoreMap } from '../../core/raster'

/** Separable Gaussian, kernel radius ceil(3 sigma), edge pixels repeated. Sigma 0 gives a copy. */
export function gaussianBlur(map: ScoreMap, sigmaPx: number): ScoreMap {
  const { width, height } = map
  if (sigmaPx <= 0) return { width, height, data: map.data.slice() }
  const kernel = gaussianKernel(sigmaPx)
  const rows = blurLines(map.data, width, height, 1, width, kernel)
  return { width, height, data: blurLines(rows, height, width, width, 1, kernel) }
}

function gaussianKernel(sigmaPx: number): Float64Array {
  const radius = Math.ceil(3 * sigmaPx)
  const kernel = Float64Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * sigmaPx * sigmaPx)),
  )
  const sum = kernel.reduce((total, weight) => total + weight, 0)
  return kernel.map((weight) => weight / sum)
}

/** Blurs `count` lines of `length` values; `step` lies between the values of a line, `stride` between lines. */
function blurLines(
  data: Float32Array,
  length: number,
  count: number,
  step: number,
  stride: number,
  kernel: Float64Array,
): Float32Array {
  const radius = (kernel.length - 1) / 2
  const blurred = new Float32Array(data.length)
  for (let line = 0; line < count; line++) {
    const start = line * stride
    for (let i = 0; i < length; i++) {
      let sum = 0
      for (let k = 0; k < kernel.length; k++) {
        const at = Math.min(Math.max(i + k - radius, 0), length - 1)
        sum += kernel[k]! * data[start + at * step]!
      }
      blurred[start + i * step] = sum
    }
  }
  return blurred
}
