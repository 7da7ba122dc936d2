import type { RgbaImage } from '../../core/raster'
import type { tf } from '../tf'
import { defineOwnKernel } from './ownKernels'

/** Pixels of a task. */
const BLOCK = 1024

/**
 * Half-precision features of all examples to standardised floats, (N, h, w, channels); channels are a multiple of 4.
 * `coefficients` (2, channels): value scale + shift.
 */
export function ownStandardise(
  halves: readonly Uint16Array[],
  coefficients: Float32Array,
  shape: readonly [number, number, number, number],
): tf.Tensor4D {
  return standardiseKernel([], { halves, coefficients, shape })[0] as tf.Tensor4D
}

const standardiseKernel = defineOwnKernel<{
  readonly halves: readonly Uint16Array[]
  readonly coefficients: Float32Array
  readonly shape: readonly number[]
}>('OwnStandardise', (runner, _, { halves, coefficients, shape }) => {
  const values = runner.create(shape)
  const channels = shape[3]!
  const size = shape.reduce((a, b) => a * b)
  const pixels = size / channels
  runner.withScratch(2 * channels + Math.ceil(size / 2), (at) => {
    new Float32Array(runner.buffer).set(coefficients, at / 4)
    const halvesAt = at + 8 * channels
    const bits = new Uint16Array(runner.buffer)
    halves.forEach((data, i) => bits.set(data, halvesAt / 2 + i * (size / halves.length)))
    const sizes = [pixels, channels, BLOCK]
    runner.run('standardise', Math.ceil(pixels / BLOCK), [halvesAt, runner.addressOf(values), at, ...sizes])
  })
  return values
})

/** How the colours of one picture enter: byte gain + offset. */
interface Tone {
  readonly gain: number
  readonly offset: number
}

/** Pictures of one size to blocks of pixels as channels (`train/batches`), (N, H / block, W / block, 3 block^2). */
export function ownFoldPixels(
  pictures: readonly RgbaImage[],
  block: number,
  tones: readonly Tone[],
): tf.Tensor4D {
  return foldPixelsKernel([], { pictures, block, tones })[0] as tf.Tensor4D
}

const foldPixelsKernel = defineOwnKernel<{
  readonly pictures: readonly RgbaImage[]
  readonly block: number
  readonly tones: readonly Tone[]
}>('OwnFoldPixels', (runner, _, { pictures, block, tones }) => {
  const { width, height } = pictures[0]!
  const folded = runner.create([pictures.length, height / block, width / block, 3 * block * block])
  const pictureFloats = 3 * width * height
  runner.withScratch(width * height, (at) => {
    pictures.forEach(({ data }, i) => {
      new Uint8Array(runner.buffer).set(data, at)
      const to = runner.addressOf(folded) + 4 * i * pictureFloats
      runner.run('foldPixels', height, [at, to, width, block], [tones[i]!.gain, tones[i]!.offset])
    })
  })
  return folded
})
