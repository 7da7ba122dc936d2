import { createRandom } from '../../src/core/random'
import { encodeHalf } from '../../src/ml/float16'
import type { FeatureLevel, TrainingExample } from '../../src/ml/training'

export const CLASSES = 3
/** Width and height of the examples. */
export const SIDE = 224
/** The levels of the embedded encoder (public/models/manifest.json). */
const PYRAMID: readonly FeatureLevel[] = [
  { stride: 4, channels: 48 },
  { stride: 8, channels: 96 },
  { stride: 16, channels: 160 },
  { stride: 32, channels: 224 },
]
/** Four tapped blocks of DINOv2 ViT-S/14. */
const TOKENS: readonly FeatureLevel[] = Array.from({ length: 4 }, () => ({ stride: 14, channels: 384 }))

/** What a student is measured on. */
export function levelsOf(studentId: string): readonly FeatureLevel[] {
  if (studentId === 'unet') return []
  return studentId === 'dino-boxes2pixels' ? TOKENS : PYRAMID
}

/** Noise with one square, labelled; how fast a step is does not depend on what is seen. */
export function noiseExamples(images: number, featureLevels: readonly FeatureLevel[]): TrainingExample[] {
  const random = createRandom(0)
  const halves = encodeHalf(Array.from({ length: 4096 }, () => random.normal()))
  return Array.from({ length: images }, (_, imageIndex) => {
    const target = new Uint8Array(SIDE * SIDE)
    for (let y = 60; y < 100; y++) target.fill(1 + (imageIndex % CLASSES), y * SIDE + 70, y * SIDE + 110)
    const levels = featureLevels.map(({ stride, channels }) => {
      const data = new Uint16Array((SIDE / stride) ** 2 * channels)
      for (let i = 0; i < data.length; i++) data[i] = halves[(i * 7 + imageIndex) % halves.length]!
      return { stride, channels, data }
    })
    const data = new Uint8ClampedArray(4 * SIDE * SIDE)
    for (let i = 0; i < data.length; i++) data[i] = (i * 37 + imageIndex) % 256
    return {
      imageIndex,
      features: { width: SIDE, height: SIDE, levels },
      pixels: { width: SIDE, height: SIDE, data },
      target: { width: SIDE, height: SIDE, data: target },
      barred: null,
    }
  })
}
