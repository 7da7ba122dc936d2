import { assert } from '../../core/assert'
import type { Random } from '../../core/random'
import type { RgbaImage } from '../../core/raster'
import { decodeHalf } from '../../ml/float16'
import type { TrainingExample } from '../../ml/training'
import { createTarget, disposeTarget, type BatchTarget } from '../losses/target'
import { PIXEL_STANDARD, type LevelStandard, type StudentInput } from '../students/student'
import { tf } from '../tf'

/** Brightness and contrast change by at most this share. */
const PHOTOMETRIC_RANGE = 0.1

/**
 * The order of one epoch: every example once, shuffled, in the fewest batches of at most `batchSize`, of sizes that
 * differ by one at most (a last batch of a single example would move the weights as much as a full one).
 */
export function planEpoch(exampleCount: number, batchSize: number, random: Random): number[][] {
  const order = random.shuffle(Array.from({ length: exampleCount }, (_, i) => i))
  const batches = Math.ceil(exampleCount / batchSize)
  return Array.from({ length: batches }, (_, b) =>
    order.slice(Math.floor((b * exampleCount) / batches), Math.floor(((b + 1) * exampleCount) / batches)),
  )
}

export interface Batch {
  readonly input: StudentInput
  readonly target: BatchTarget
}

export interface BatchSetup {
  readonly classCount: number
  readonly standards: readonly LevelStandard[]
  readonly pixelBlock: number
}

/** Decodes, standardises and stacks. `random` drives the photometric changes of the pixels; null = as they are. */
export function assembleBatch(
  examples: readonly TrainingExample[],
  { classCount, standards, pixelBlock }: BatchSetup,
  random: Random | null,
): Batch {
  const n = examples.length
  assert(n > 0, 'a batch needs an example')
  const features = standards.map((standard, level) => stackLevel(examples, level, standard))
  const { width, height } = examples[0]!.pixels
  const size = width * height * 3
  const pixels = new Float32Array(n * size)
  examples.forEach((example, i) => {
    const contrast = random === null ? 1 : 1 + PHOTOMETRIC_RANGE * (2 * random.next() - 1)
    const brightness = random === null ? 0 : PHOTOMETRIC_RANGE * (2 * random.next() - 1)
    foldPixels(example.pixels, pixelBlock, contrast, brightness, pixels.subarray(i * size, (i + 1) * size))
  })
  return {
    input: {
      features,
      pixels: tf.tensor4d(pixels, [n, height / pixelBlock, width / pixelBlock, 3 * pixelBlock * pixelBlock]),
    },
    target: createTarget(
      examples.map((example) => example.target),
      examples.map((example) => example.barred),
      classCount,
    ),
  }
}

export function disposeBatch({ input, target }: Batch): void {
  tf.dispose([...input.features, input.pixels])
  disposeTarget(target)
}

/** One level of all examples, (value - mean) / std: (N, h, w, channels). */
function stackLevel(
  examples: readonly TrainingExample[],
  level: number,
  { mean, std }: LevelStandard,
): tf.Tensor4D {
  const { width, height } = examples[0]!.features
  const { stride, channels } = examples[0]!.features.levels[level]!
  const [h, w] = [height / stride, width / stride]
  const values = new Float32Array(examples.length * h * w * channels)
  const scale = std.map((value) => 1 / value)
  examples.forEach(({ features }, i) => {
    const raw = decodeHalf(features.levels[level]!.data)
    assert(
      raw.length === h * w * channels,
      `level ${stride} holds ${raw.length} values, expected ${h * w * channels}`,
    )
    const start = i * raw.length
    for (let p = 0; p < raw.length; p += channels) {
      for (let c = 0; c < channels; c++) values[start + p + c] = (raw[p + c]! - mean[c]!) * scale[c]!
    }
  })
  return tf.tensor4d(values, [examples.length, h, w, channels])
}

/** RGBA bytes -> blocks of `block` x `block` pixels as channels ((dy * block + dx) * 3 + colour), standardised. */
function foldPixels(
  { width, height, data }: RgbaImage,
  block: number,
  contrast: number,
  brightness: number,
  out: Float32Array,
): void {
  const depth = 3 * block * block
  const columns = width / block
  // ((v / 255 - 0.5) contrast + 0.5 + brightness - mean) / std as one multiplication and one addition
  const gain = contrast / 255 / PIXEL_STANDARD.std
  const offset = (0.5 - 0.5 * contrast + brightness - PIXEL_STANDARD.mean) / PIXEL_STANDARD.std
  for (let y = 0; y < height; y++) {
    const rowStart = Math.floor(y / block) * columns * depth + (y % block) * block * 3
    for (let x = 0; x < width; x++) {
      const at = rowStart + Math.floor(x / block) * depth + (x % block) * 3
      const from = 4 * (y * width + x)
      for (let colour = 0; colour < 3; colour++) out[at + colour] = data[from + colour]! * gain + offset
    }
  }
}
