import type { Box, Size } from '../../core/geometry'

/** `horizontal` swaps left and right, `vertical` swaps top and bottom. */
export type FlipAxis = 'horizontal' | 'vertical'

type Raster = Size & { readonly data: Uint8Array | Uint8ClampedArray<ArrayBuffer> | Float32Array }

/** Mirrors any raster of the project (mask, label map, score map, RGBA picture); the input stays as it is. */
export function flip<T extends Raster>(raster: T, axis: FlipAxis): T {
  const { width, height } = raster
  const channels = width * height === 0 ? 1 : raster.data.length / (width * height)
  const data = raster.data.slice()
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const fromX = axis === 'horizontal' ? width - 1 - x : x
      const fromY = axis === 'vertical' ? height - 1 - y : y
      for (let c = 0; c < channels; c++) {
        data[(y * width + x) * channels + c] = raster.data[(fromY * width + fromX) * channels + c]!
      }
    }
  }
  return { ...raster, data }
}

/** The same box in the mirrored picture. */
export function flipBox(boxPx: Box, size: Size, axis: FlipAxis): Box {
  return axis === 'horizontal'
    ? { ...boxPx, x: size.width - boxPx.x - boxPx.width }
    : { ...boxPx, y: size.height - boxPx.y - boxPx.height }
}
