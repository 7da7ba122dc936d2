import { assert } from '../../core/assert'
import type { FeatureLevel } from '../../ml/training'
import { STUDENT_PIXELS, studentFeatureNames } from '../onnx/studentTensors'
import { tf } from '../tf'
import { IMAGENET_STANDARD } from '../vit/imagenetStandard'
import type { Vit } from '../vit/vit'
import { vitNodes } from '../vit/vitOnnx'
import { PIXEL_STANDARD, type StudentNetwork } from './student'

const PREFIX = 'backbone.'

/** At 518 x 518 the eight blocks of ViT-S alone take 1.1 GB for a picture. */
const MAX_BATCH_PIXELS = 518 * 518

/** What a decoder behind `vit` is fed with: a level for each tap, all at the stride of the patches. */
export function tokenLevels({ dims, use }: Vit): readonly FeatureLevel[] {
  return use.taps.map(() => ({ stride: dims.patch, channels: dims.dim }))
}

/**
 * A decoder on tokens together with the transformer that gives them, its biases and norms trained (BitFit, boxes2pixels.md
 * §4 step 9). It sees the pixels only. `decoder` takes one picture's pixels in blocks of 1 and lets gradients through
 * to its features.
 */
export function withTunedBackbone(vit: Vit, decoder: StudentNetwork): StudentNetwork {
  assert(decoder.pixelBlock === 1, 'the picture comes pixel by pixel')
  const names = [...vit.parameters, ...vit.frozen].map(({ name }) => name)
  return {
    ...decoder,
    parameters: [
      ...vit.parameters.map(({ name, shape, values }) => ({ name: PREFIX + name, shape, initial: values })),
      ...decoder.parameters,
    ],
    constants: vit.frozen.map(({ name, shape, values }) => ({ name: PREFIX + name, shape, values })),
    standardisesFeatures: false,
    maxBatchPixels: MAX_BATCH_PIXELS,
    fixedInput: { width: vit.use.columns * vit.dims.patch, height: vit.use.rows * vit.dims.patch },
    forward(weights, { pixels }, pass) {
      const own = new Map(names.map((name) => [name, weights.get(PREFIX + name)!]))
      const features = vit.forward(own, patchesOf(pixels, vit.dims.patch))
      return decoder.forward(weights, { features, pixels }, pass)
    },
    writeOnnx(graph, values, standards) {
      const trained = vit.parameters.map(({ name }) => [name, values.get(PREFIX + name)!] as const)
      const frozen = vit.frozen.map(({ name, values: file }) => [name, file] as const)
      const taps = vitNodes(graph, STUDENT_PIXELS, vit, new Map([...trained, ...frozen]))
      // The decoder reads its features by name.
      studentFeatureNames(tokenLevels(vit)).forEach((name, i) => graph.node('Identity', [taps[i]!], {}, name))
      return decoder.writeOnnx(graph, values, standards)
    },
  }
}

/**
 * Pixels (N, H, W, 3) by `PIXEL_STANDARD` -> patches (N, H / patch, W / patch, patch * patch * 3) by ImageNet's mean and
 * deviation, channel (y * patch + x) * 3 + colour.
 */
function patchesOf(pixels: tf.Tensor4D, patch: number): tf.Tensor4D {
  const [n, height, width] = pixels.shape
  const { mean, std } = IMAGENET_STANDARD
  const gain = std.map((deviation) => PIXEL_STANDARD.std / deviation)
  const offset = mean.map((value, c) => (PIXEL_STANDARD.mean - value) / std[c]!)
  const standardised = tf.add(tf.mul(pixels, tf.tensor1d(gain)), tf.tensor1d(offset))
  const [rows, columns] = [height / patch, width / patch]
  const lines = tf.reshape(standardised, [n, rows, patch, columns, 3 * patch])
  return tf.reshape(tf.transpose(lines, [0, 1, 3, 2, 4]), [n, rows, columns, 3 * patch * patch])
}
