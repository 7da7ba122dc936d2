import type { Size } from '../../core/geometry'
import type { FeatureMaps } from '../../ml/cam/classMapCam'

/**
 * Channels of one view off the device, padding cut off: values (h, w, C), channels last, on a grid of `stored` width ->
 * (C, grid.height, grid.width).
 */
export function contentMaps(
  values: Float32Array,
  { width: storedWidth, height: storedHeight }: Size,
  grid: Size,
): FeatureMaps {
  const channels = values.length / (storedWidth * storedHeight)
  const { width, height } = grid
  const data = new Float32Array(channels * width * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * storedWidth + x) * channels
      for (let c = 0; c < channels; c++) data[(c * height + y) * width + x] = values[from + c]!
    }
  }
  return { width, height, channels, data }
}
