import { AppError } from '../../core/errors'
import type { RgbaImage } from '../../core/raster'
import type { GridFrame } from '../../ml/imaging/gridFrame'
import { sampleCrop } from '../../ml/imaging/cropSampling'
import { luminanceOf, standardise, standardisationOf } from '../../ml/imaging/standardise'
import { sigmoid } from '../../ml/sigmoid'
import type { EmbeddedModel } from './embeddedManifest'
import { promptPlanes, type EmbeddedPrompt } from './embeddedPrompt'
import { tensorOf, type AnyTensor, type EmbeddedSessions, type FloatTensor } from './session'

/** What the embedded segmenter is fed for one box: planes of the crop, and planes of the prompt. */
export interface PromptedCrop {
  readonly side: number
  /** (3, side, side), standardised by the ring outside the box. */
  readonly image: Float32Array
  /** (prompt channels, side, side); the first is 1 inside the box. */
  readonly prompt: Float32Array
}

/** `frame` and `prompt` in the coordinates of `image`, which may be just the patch that the crop reads. */
export function prepareCrop(
  image: RgbaImage,
  frame: GridFrame,
  prompt: EmbeddedPrompt,
  model: Pick<EmbeddedModel, 'prompt' | 'standardise'>,
): PromptedCrop {
  const rgb = sampleCrop(image, frame)
  for (let p = 0; p < rgb.length; p++) rgb[p]! /= 255
  const planes = promptPlanes(frame, prompt, model.prompt)
  const box = planes.subarray(0, frame.columns * frame.rows)
  const statistics = standardisationOf(luminanceOf(rgb), box)
  return { side: frame.columns, image: standardise(rgb, statistics, model.standardise), prompt: planes }
}

/** Probabilities this close to 0 or 1 would become infinite logits. */
const PROBABILITY_MARGIN = 1e-7

/**
 * One box through encoder and decoder: logits (side, side) of the crop and the model's own estimate of IoU, 0..1.
 * With `flip` the mirrored crop runs in the same batch and the probabilities of both are averaged (the estimate is
 * that of the straight crop); the mean is given back as a logit. Source: training/predict.py.
 */
export async function segmentCrop(
  sessions: EmbeddedSessions,
  model: EmbeddedModel,
  crop: PromptedCrop,
  flip: boolean,
): Promise<{ logits: Float32Array<ArrayBuffer>; predictedIou: number }> {
  const { side } = crop
  const { tensors } = model
  const image = stack(crop.image, 3, side, flip)
  const prompt = stack(crop.prompt, model.prompt.channels.length, side, flip)
  const answer = await runEmbedded(sessions, model, image, prompt)
  const both = finite(answer, tensors.logits, image.dims[0]! * side * side) // (1 or 2, 1, side, side)
  const predictedIou = finite(answer, tensors.quality, image.dims[0]!)[0]! // (1 or 2, 1)
  const logits = both.slice(0, side * side) as Float32Array<ArrayBuffer>
  if (!flip) return { logits, predictedIou }
  for (let v = 0; v < side; v++) {
    for (let u = 0; u < side; u++) {
      const mirrored = both[side * side + v * side + (side - 1 - u)]!
      logits[v * side + u] = logit((sigmoid(logits[v * side + u]!) + sigmoid(mirrored)) / 2)
    }
  }
  return { logits, predictedIou }
}

/** Encoder and decoder one after the other: every output of both. `image` (B, 3, S, S), `prompt` (B, channels, S, S). */
export async function runEmbedded(
  { encoder, decoder }: EmbeddedSessions,
  model: EmbeddedModel,
  image: FloatTensor,
  prompt: FloatTensor,
): Promise<{ readonly [name: string]: AnyTensor }> {
  const { tensors } = model
  const features = await encoder.run({ [tensors.image]: image, [tensors.prompt]: prompt })
  const feeds: Record<string, FloatTensor> = { [tensors.image]: image, [tensors.prompt]: prompt }
  for (const { name } of tensors.features) feeds[name] = tensorOf(features, name)
  return { ...features, ...(await decoder.run(feeds)) }
}

/** The values of an output; throws `model/bad-output` when there are not `count` of them or one is not a number. */
function finite(answer: { readonly [name: string]: AnyTensor }, name: string, count: number): Float32Array {
  const { data, dims } = tensorOf(answer, name)
  if (data.length !== count) {
    throw badOutput(`${name} has the shape ${dims.join(' x ')}, expected ${count} values in all`)
  }
  if (!data.every(Number.isFinite)) throw badOutput(`${name} holds values that are not numbers`)
  return data
}

function badOutput(what: string): AppError {
  return new AppError('model/bad-output', `the embedded segmenter: ${what}`)
}

function logit(probability: number): number {
  const p = Math.min(Math.max(probability, PROBABILITY_MARGIN), 1 - PROBABILITY_MARGIN)
  return Math.log(p / (1 - p))
}

/** (channels, side, side) -> (1 or 2, channels, side, side): the planes, and their mirror image when asked. */
function stack(planes: Float32Array, channels: number, side: number, flip: boolean): FloatTensor {
  if (!flip) return { data: planes, dims: [1, channels, side, side] }
  const data = new Float32Array(2 * planes.length)
  data.set(planes)
  for (let row = 0; row < channels * side; row++) {
    const from = row * side
    for (let u = 0; u < side; u++) data[planes.length + from + u] = planes[from + side - 1 - u]!
  }
  return { data, dims: [2, channels, side, side] }
}
