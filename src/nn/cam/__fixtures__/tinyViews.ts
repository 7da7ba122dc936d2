import { createRandom } from '../../../core/random'
import { encodeHalf } from '../../../ml/float16'
import type { ClassifierExample, ClassifierSpec, ViewRect } from '../../../ml/cam/classifier'
import type { FeatureLevel } from '../../../ml/training'

export const TINY_LEVELS: readonly FeatureLevel[] = [
  { stride: 8, channels: 4 },
  { stride: 16, channels: 4 },
]
const CANVAS = { width: 128, height: 64 }
/** The picture is narrower than its canvas. */
const CONTENT = { width: 112, height: 64 }

export const tinyClassifierSpec = (params: ClassifierSpec['params'] = {}): ClassifierSpec => ({
  classCount: 1,
  levels: TINY_LEVELS,
  ...CANVAS,
  seed: 1,
  params: { classifierEpochs: 6, classifierChannels: 8, classifierRate: 0.02, focusFrom: 3, refreshEvery: 2, ...params },
  backend: 'wasm',
})

/** Where a defective tiny picture has its defect, as shares of the picture. */
export const TINY_DEFECT: ViewRect = { x: 0.25, y: 0.25, width: 0.15, height: 0.25 }

/**
 * Noise in every channel; in a defective picture the first channel is high over the defect. `rect`: only that part of the
 * picture, enlarged. The padding holds what would fool a pooling that counted it. Tests only.
 */
export function tinyView(
  imageIndex: number,
  isDefective: boolean,
  rect: ViewRect = { x: 0, y: 0, width: 1, height: 1 },
): ClassifierExample {
  const random = createRandom(imageIndex + 1)
  const levels = TINY_LEVELS.map(({ stride, channels }) => {
    const [columns, rows] = [CANVAS.width / stride, CANVAS.height / stride]
    const values = new Float32Array(columns * rows * channels)
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) {
        const u = rect.x + (((x + 0.5) * stride) / CONTENT.width) * rect.width
        const v = rect.y + (((y + 0.5) * stride) / CONTENT.height) * rect.height
        const isPadding = x * stride >= CONTENT.width
        const { x: left, y: top, width, height } = TINY_DEFECT
        const isDefect = isDefective && u >= left && u < left + width && v >= top && v < top + height
        const at = (y * columns + x) * channels
        for (let c = 0; c < channels; c++) values[at + c] = 0.3 * random.normal()
        if (isDefect || isPadding) values[at]! += 4
      }
    }
    return { stride, channels, data: encodeHalf(values) }
  })
  return {
    imageIndex,
    isMirrored: false,
    presence: Uint8Array.of(isDefective ? 1 : 0),
    features: { ...CANVAS, levels },
    content: CONTENT,
  }
}

/** So many defective and as many clean pictures, defective first. */
export function tinyViews(ofEach: number): ClassifierExample[] {
  return Array.from({ length: 2 * ofEach }, (_, i) => tinyView(i, i < ofEach))
}
