import { createRandom } from '../../core/random'
import { encodeHalf } from '../../ml/float16'
import type { Size } from '../../core/geometry'
import type { BackboneKind, FeatureLevel, TrainingExample } from '../../ml/training'
import type { StudentDescriptor } from '../../ml/trainingParams'

export const TINY_LEVELS: readonly FeatureLevel[] = [
  { stride: 4, channels: 3 },
  { stride: 8, channels: 4 },
  { stride: 16, channels: 5 },
]
export const TINY_SIZE = { width: 32, height: 16 }

/** What a student may be put on: features of a kind of backbone, or none. */
export type TinySource = BackboneKind | 'pixels'

/** Every source that a student takes. */
export function tinySourcesOf({ backbones }: StudentDescriptor): readonly TinySource[] {
  return backbones.length === 0 ? ['pixels'] : backbones
}

/** The levels and the size of the examples of a source. The tokens' size is no multiple of a power of 2. */
export function tinyShape(source: TinySource): { levels: readonly FeatureLevel[]; size: Size } {
  switch (source) {
    case 'pyramid':
      return { levels: TINY_LEVELS, size: TINY_SIZE }
    case 'tokens':
      return {
        levels: [3, 4, 5, 6].map((channels) => ({ stride: 14, channels })),
        size: { width: 42, height: 28 },
      }
    case 'pixels':
      return { levels: [], size: TINY_SIZE }
  }
}

/**
 * A grey picture with noise and one bright square, its class 1 in the left half and 2 in the right; the features are the
 * mean brightness of each cell, with noise. Tests only.
 */
export function tinyExample(
  imageIndex: number,
  seed: number,
  source: TinySource = 'pyramid',
): TrainingExample {
  const random = createRandom(seed)
  const shape = tinyShape(source)
  const { width, height } = shape.size
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
  const levels = shape.levels.map(({ stride, channels }) => {
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
