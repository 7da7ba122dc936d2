import { createRandom } from '../../../core/random'
import type { ClassifierExample, ClassifierSpec } from '../../../ml/cam/classifier'
import { encodeHalf } from '../../../ml/float16'
import type { FeatureLevel } from '../../../ml/training'

export const TINY_PYRAMID: readonly FeatureLevel[] = [
  { stride: 8, channels: 4 },
  { stride: 16, channels: 8 },
]
/** The lowest 16 rows are padding. */
const TINY_CANVAS = { width: 64, height: 80 }
const CONTENT = { width: 64, height: 64 }

export interface TinyView {
  /** K values of 1, 0 or 255. */
  readonly presence: readonly number[]
  readonly seed: number
  /** Top left cell, of stride 8, of a defect of 2 x 2 cells; its class makes channel k of every level large. */
  readonly defects?: readonly { readonly classIndex: number; readonly x: number; readonly y: number }[]
  readonly imageIndex?: number
  readonly isTurned?: boolean
  readonly levels?: readonly FeatureLevel[]
}

/** Noise with defects in it; in the padding the same noise, brighter than any defect. Tests only. */
export function tinyView({
  presence,
  seed,
  defects = [],
  imageIndex = 0,
  isTurned = false,
  levels = TINY_PYRAMID,
}: TinyView): ClassifierExample {
  const random = createRandom(seed)
  const { width, height } = TINY_CANVAS
  const packs = levels.map(({ stride, channels }) => {
    const [w, h] = [width / stride, height / stride]
    const values = Float32Array.from({ length: w * h * channels }, () => 0.3 * random.normal())
    for (let y = 0; y < h; y++) {
      for (let x = 0; x < w; x++) {
        const at = (y * w + x) * channels
        if (y * stride >= CONTENT.height) values.fill(3, at, at + channels)
        for (const { classIndex, x: left, y: top } of defects) {
          const isInside = (place: number, from: number): boolean =>
            place * stride < 8 * (from + 2) && (place + 1) * stride > 8 * from
          if (isInside(x, left) && isInside(y, top)) values[at + classIndex]! += 2
        }
      }
    }
    return { stride, channels, data: encodeHalf(values) }
  })
  return {
    imageIndex,
    isTurned,
    presence: Uint8Array.from(presence),
    content: CONTENT,
    features: { width, height, levels: packs },
  }
}

/** So many pictures of one class: every second one has a defect, somewhere else each. */
export function tinyPictures(count: number): ClassifierExample[] {
  return Array.from({ length: count }, (_, i) => {
    const isDefective = i % 2 === 0
    const defects = isDefective ? [{ classIndex: 0, x: (3 * i) % 7, y: (5 * i) % 7 }] : []
    return tinyView({ presence: [isDefective ? 1 : 0], seed: i, defects, imageIndex: i })
  })
}

export function tinySpec(params: ClassifierSpec['params'] = {}): ClassifierSpec {
  return {
    classCount: 1,
    levels: TINY_PYRAMID,
    ...TINY_CANVAS,
    seed: 1,
    params: { classifierChannels: 8, classifierEpochs: 6, classifierRate: 0.02, ...params },
    backend: null,
  }
}
