import { assert } from '../../core/assert'
import type { Random } from '../../core/random'
import type { RgbaImage } from '../../core/raster'
import { decodeHalf } from '../../ml/float16'
import type { FeaturePack, TrainingExample } from '../../ml/training'
import { createTarget, disposeTarget, type BatchTarget } from '../losses/target'
import { ownFoldPixels, ownStandardise } from '../kernels/batchKernels'
import { hasOwnKernels } from '../kernels/ownKernels'
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
  const packs = examples.map((example) => example.features)
  const features = standards.map((standard, level) => stackLevel(packs, level, standard))
  const tones = examples.map(() => {
    const contrast = random === null ? 1 : 1 + PHOTOMETRIC_RANGE * (2 * random.next() - 1)
    const brightness = random === null ? 0 : PHOTOMETRIC_RANGE * (2 * random.next() - 1)
    return toneOf(contrast, brightness)
  })
  const pictures = examples.map(({ pixels }) => pixels)
  return {
    input: {
      features,
      pixels: hasOwnKernels()
        ? ownFoldPixels(pictures, pixelBlock, tones)
        : foldPictures(pictures, pixelBlock, tones),
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

/** One level of all packs, (value - mean) / std: (N, h, w, channels). */
export function stackLevel(
  examples: readonly FeaturePack[],
  level: number,
  { mean, std }: LevelStandard,
): tf.Tensor4D {
  const { width, height } = examples[0]!
  const { stride, channels } = examples[0]!.levels[level]!
  const [h, w] = [height / stride, width / stride]
  const size = h * w * channels
  const scale = std.map((value) => 1 / value)
  const shift = mean.map((value, c) => -value * scale[c]!)
  const packs = examples.map(({ levels }) => levels[level]!.data)
  for (const { length } of packs) {
    assert(length === size, `level ${stride} holds ${length} values, expected ${size}`)
  }
  if (hasOwnKernels() && channels % 4 === 0) {
    return ownStandardise(packs, Float32Array.of(...scale, ...shift), [examples.length, h, w, channels])
  }
  const values = new Float32Array(examples.length * size)
  const halves = halfTable()
  packs.forEach((data, i) => {
    for (let p = 0, at = i * size; p < size; p += channels) {
      for (let c = 0; c < channels; c++) values[at++] = halves[data[p + c]!]! * scale[c]! + shift[c]!
    }
  })
  return tf.tensor4d(values, [examples.length, h, w, channels])
}

/** How the colours of a picture enter: byte gain + offset. */
interface Tone {
  readonly gain: number
  readonly offset: number
}

/** ((v / 255 - 0.5) contrast + 0.5 + brightness - mean) / std as one multiplication and one addition. */
function toneOf(contrast: number, brightness: number): Tone {
  return {
    gain: contrast / 255 / PIXEL_STANDARD.std,
    offset: (0.5 - 0.5 * contrast + brightness - PIXEL_STANDARD.mean) / PIXEL_STANDARD.std,
  }
}

/** Pictures as blocks of `block` x `block` pixels, standardised: (N, H / block, W / block, 3 block^2). */
function foldPictures(pictures: readonly RgbaImage[], block: number, tones: readonly Tone[]): tf.Tensor4D {
  const { width, height } = pictures[0]!
  const size = width * height * 3
  const pixels = new Float32Array(pictures.length * size)
  pictures.forEach((picture, i) => {
    foldPixels(picture, block, tones[i]!, pixels.subarray(i * size, (i + 1) * size))
  })
  return tf.tensor4d(pixels, [pictures.length, height / block, width / block, 3 * block * block])
}

/** RGBA bytes -> blocks of `block` x `block` pixels as channels ((dy * block + dx) * 3 + colour). */
function foldPixels(
  { width, height, data }: RgbaImage,
  block: number,
  { gain, offset }: Tone,
  out: Float32Array,
): void {
  const depth = 3 * block * block
  const columns = width / block
  for (let y = 0; y < height; y++) {
    let from = 4 * y * width
    let at = Math.floor(y / block) * columns * depth + (y % block) * block * 3
    for (let column = 0; column < columns; column++, at += depth) {
      for (let i = at; i < at + 3 * block; i += 3, from += 4) {
        out[i] = data[from]! * gain + offset
        out[i + 1] = data[from + 1]! * gain + offset
        out[i + 2] = data[from + 2]! * gain + offset
      }
    }
  }
}

let table: Float32Array | null = null

/** The value of every half, by its bits: a batch looks up millions of them. */
function halfTable(): Float32Array {
  table ??= decodeHalf(Uint16Array.from({ length: 65536 }, (_, bits) => bits))
  return table
}
