import { createRandom } from '../../core/random'
import { encodeHalf } from '../../ml/float16'
import type { FeatureLevel, TrainingExample } from '../../ml/training'

export const TINY_LEVELS: readonly FeatureLevel[] = [
  { stride: 4, channels: 3 },
  { stride: 8, channels: 4 },
  { stride: 16, channels: 5 },
]
export const TINY_SIZE = { width: 32, height: 16 }

/**
 * A grey picture with noise and one bright square, its class 1 in the left half and 2 in the right; the features are the
 * mean brightness of each cell, with noise. Tests only.
 */
export function tinyExample(imageIndex: number, seed: number): TrainingExample {
  const random = createRandom(seed)
  const { width, height } = TINY_SIZE
  const side = 8
  const left = random.integer(width - side)
  const top = random.integer(height - side)
  const label = left + side / 2 < width / 2 ? 1 : 2
  const target = new Uint8Array(width * height)
  const data = new Uint8ClampedArray(4 * width * height)
  const isInside = (x: number, y: number): boolean => x >= left && x < left + side && y >= top && y < top + side
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const p = y * width + x
      if (isInside(x, y)) target[p] = label
      data.fill((isInside(x, y) ? 190 : 90) + 20 * random.next(), 4 * p, 4 * p + 3)
      data[4 * p + 3] = 255
    }
  }
  const levels = TINY_LEVELS.map(({ stride, channels }) => {
    const values: number[] = []
    for (let y = 0; y < height; y += stride) {
      for (let x = 0; x < width; x += stride) {
        let sum = 0
        for (let dy = 0; dy < stride; dy++) {
          for (let dx = 0; dx < stride; dx++) sum += isInside(x + dx, y + dy) ? 1 : 0
        }
        const mean = sum / (stride * stride)
        const side01 = x < width / 2 ? 0 : 1
        for (let c = 0; c < channels; c++) {
          values.push((c === 0 ? mean : c === 1 ? side01 : 0) + 0.2 * random.normal())
        }
      }
    }
    return { stride, channels, data: encodeHalf(values) }
  })
  return {
    imageIndex,
    features: { width, height, levels },
    pixels: { width, height, data },
    target: { width, height, data: target },
    barred: null,
  }
}
