import { exactKernelSum } from './exactKernel'
import { meanField, type CrfInput } from './meanField'

/**
 * The dense CRF by brute force, O(N^2) in time and memory: exact, for pictures up to about 40 x 40.
 * See `meanField` for the formula. Returns Q, (K + 1, height, width).
 */
export function denseCrf(input: CrfInput): Float32Array<ArrayBuffer> {
  const { image, params } = input
  return meanField(input, [
    { weight: params.smoothWeight, sum: exactKernelSum(image, { px: params.smoothPx, levels: null }) },
    {
      weight: params.colourWeight,
      sum: exactKernelSum(image, { px: params.colourPx, levels: params.colourLevels }),
    },
  ])
}
