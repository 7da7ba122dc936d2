import type { RgbaImage } from '../../core/raster'

/** RGBA bytes -> red, green and blue planes, (3, H, W) row-major, 0..1. Alpha is not read. */
export function rgbPlanes({ width, height, data }: RgbaImage): Float32Array<ArrayBuffer> {
  const count = width * height
  const planes = new Float32Array(3 * count)
  for (let p = 0; p < count; p++) {
    for (let channel = 0; channel < 3; channel++) planes[channel * count + p] = data[4 * p + channel]! / 255
  }
  return planes
}

/** (channels, n) -> (n, channels). */
export function channelsLast(planes: Float32Array, channels: number): Float32Array<ArrayBuffer> {
  const count = planes.length / channels
  const last = new Float32Array(planes.length)
  for (let channel = 0; channel < channels; channel++) {
    for (let p = 0; p < count; p++) last[p * channels + channel] = planes[channel * count + p]!
  }
  return last
}

/** (n, channels) -> (channels, n). */
export function channelsFirst(values: Float32Array, channels: number): Float32Array<ArrayBuffer> {
  const count = values.length / channels
  const first = new Float32Array(values.length)
  for (let channel = 0; channel < channels; channel++) {
    for (let p = 0; p < count; p++) first[channel * count + p] = values[p * channels + channel]!
  }
  return first
}
