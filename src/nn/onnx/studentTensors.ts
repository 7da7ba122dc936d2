import { assert } from '../../core/assert'
import type { RgbaImage } from '../../core/raster'
import { decodeHalf } from '../../ml/float16'
import { channelsFirst, rgbPlanes } from '../../ml/imaging/planes'
import type { FeaturePack } from '../../ml/training'
import { tensorOf, type AnyTensor, type FloatTensor } from './session'

/**
 * The tensors of an exported student (`model.onnx`), the same for every architecture. Channel first, float32:
 * - `feat<stride>` (1, channels, H / stride, W / stride): the backbone's features as they are; a student that
 *   standardises them does so inside its graph. Of several levels with one stride (the blocks of a transformer):
 *   `feat<stride>_0`, `feat<stride>_1`, earliest block first.
 * - `pixels` (1, 3, H, W): red, green, blue in 0..1; likewise.
 * - out `classes` (1, K + 1, H, W): softmax of the class head, background first.
 * - out `defect` (1, 1, H, W): defect probability of the binary head; 1 - P(background) of a student without one.
 */
export const STUDENT_PIXELS = 'pixels'
export const STUDENT_CLASSES = 'classes'
export const STUDENT_DEFECT = 'defect'

export function studentFeatureNames(levels: readonly { readonly stride: number }[]): string[] {
  return levels.map(({ stride }, index) => {
    const ofOneStride = levels.filter((level) => level.stride === stride).length
    return ofOneStride === 1 ? `feat${stride}` : `feat${stride}_${index}`
  })
}

/** Feeds for one picture. `pixels` has the size the features were computed at. */
export function studentFeeds(features: FeaturePack, pixels: RgbaImage): Record<string, FloatTensor> {
  const { width, height } = pixels
  assert(features.width === width && features.height === height, 'features and pixels are of one size')
  const feeds: Record<string, FloatTensor> = {
    [STUDENT_PIXELS]: { data: rgbPlanes(pixels), dims: [1, 3, height, width] },
  }
  const names = studentFeatureNames(features.levels)
  features.levels.forEach(({ stride, channels, data }, i) => {
    const dims = [1, channels, height / stride, width / stride]
    feeds[names[i]!] = { data: channelsFirst(decodeHalf(data), channels), dims }
  })
  return feeds
}

/** Checks the shapes against the picture's size and hands over the two maps. */
export function readStudentOutputs(
  outputs: { readonly [name: string]: AnyTensor },
  { width, height }: { readonly width: number; readonly height: number },
): { classes: Float32Array; defect: Float32Array } {
  const classes = tensorOf(outputs, STUDENT_CLASSES)
  const defect = tensorOf(outputs, STUDENT_DEFECT)
  for (const { dims } of [classes, defect]) {
    assert(
      dims.at(-1) === width && dims.at(-2) === height,
      `the student answered ${dims.join(' x ')} to a picture of ${width} x ${height}`,
    )
  }
  return { classes: classes.data, defect: defect.data }
}
