import type { Size } from '../../core/geometry'
import type { Random } from '../../core/random'
import type { RgbaImage } from '../../core/raster'

/** Factors for red, green and blue. */
export type Tint = readonly [number, number, number]

/**
 * A surface before it is photographed. Defects change height and reflectance, light and camera come last: so a scratch
 * has a lit and a shaded flank and a stain keeps the texture under it.
 */
export interface Relief extends Size {
  /** Elevation in pixels, towards the camera, row-major. */
  readonly elevation: Float32Array
  /** Reflectance 0..1. */
  readonly albedo: Float32Array
  /** How much of a stain's colour lies on each pixel, 0..1. */
  readonly stain: Float32Array
  readonly stainTint: Tint
  readonly tint: Tint
  /** Strength of the mirror-like part of the reflection. */
  readonly gloss: number
  /** Place of the lamp's hot spot, as a share of width and height. */
  readonly lamp: { readonly x: number; readonly y: number }
}

/** Towards the lamp: from the upper left, steep enough that flat ground is bright. Unit length. */
const LIGHT = { x: -0.46, y: -0.52, z: 0.72 }
/** Half way between lamp and camera, for the highlight. Unit length. */
const HALF = { x: -0.248, y: -0.28, z: 0.927 }
const AMBIENT = 0.34
const SHININESS = 18
/** Light lost in the far corners. */
const FALLOFF = 0.28
/** Standard deviation of the camera's noise, of 255. */
const SENSOR_NOISE = 2.1

/** Photographs a relief: lamp, highlight, fall-off, slight blur of the lens, noise of the sensor. */
export function photograph(relief: Relief, random: Random): RgbaImage {
  const light = blur(shade(relief), relief)
  const { width, height, stain, stainTint, tint } = relief
  const noise = noiseTable(random)
  const data = new Uint8ClampedArray(width * height * 4)
  for (let p = 0; p < light.length; p++) {
    const grain = SENSOR_NOISE * noise[(random.next() * noise.length) | 0]!
    for (let c = 0; c < 3; c++) {
      const colour = tint[c]! * (1 - stain[p]! * (1 - stainTint[c]!))
      data[p * 4 + c] = 255 * light[p]! * colour + grain
    }
    data[p * 4 + 3] = 255
  }
  return { width, height, data }
}

/** Diffuse and mirror-like light of each pixel, 0..1 and a little beyond. */
function shade({ width, height, elevation, albedo, gloss, lamp }: Relief): Float32Array {
  const light = new Float32Array(width * height)
  const reach2 = width * width + height * height
  for (let y = 0; y < height; y++) {
    const above = y === 0 ? 0 : -width
    const below = y === height - 1 ? 0 : width
    for (let x = 0; x < width; x++) {
      const p = y * width + x
      const slopeX = (elevation[p + (x === width - 1 ? 0 : 1)]! - elevation[p - (x === 0 ? 0 : 1)]!) / 2
      const slopeY = (elevation[p + below]! - elevation[p + above]!) / 2
      // Normal (-slopeX, -slopeY, 1), scaled to unit length.
      const length = Math.sqrt(slopeX * slopeX + slopeY * slopeY + 1)
      const diffuse = Math.max(0, (LIGHT.z - LIGHT.x * slopeX - LIGHT.y * slopeY) / length)
      const mirror = Math.max(0, (HALF.z - HALF.x * slopeX - HALF.y * slopeY) / length)
      const dx = x - lamp.x * width
      const dy = y - lamp.y * height
      const falloff = 1 - (FALLOFF * 2 * (dx * dx + dy * dy)) / reach2
      light[p] = falloff * (albedo[p]! * (AMBIENT + diffuse) + gloss * mirror ** SHININESS)
    }
  }
  return light
}

/** Binomial 1-2-1 in both directions: the lens. Keeps every edge where it is. */
function blur(values: Float32Array, { width, height }: Size): Float32Array {
  const across = new Float32Array(values.length)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const p = y * width + x
      const left = values[x === 0 ? p : p - 1]!
      const right = values[x === width - 1 ? p : p + 1]!
      across[p] = (left + 2 * values[p]! + right) / 4
    }
  }
  const result = new Float32Array(values.length)
  for (let y = 0; y < height; y++) {
    const above = y === 0 ? 0 : -width
    const below = y === height - 1 ? 0 : width
    for (let x = 0; x < width; x++) {
      const p = y * width + x
      result[p] = (across[p + above]! + 2 * across[p]! + across[p + below]!) / 4
    }
  }
  return result
}

/** A logarithm and a cosine per pixel take longer than everything else here; 4096 of them are enough. */
function noiseTable(random: Random): Float32Array {
  return Float32Array.from({ length: 4096 }, () => random.normal())
}
