import { createRandom } from '../../core/random'
import type { EmbeddedModel } from './embeddedManifest'
import { runEmbedded } from './embeddedSegmenter'
import { tensorOf, type AnyTensor, type EmbeddedSessions, type FloatTensor } from './session'

/** Side of the canary's pictures: small, so that a slow device is not punished for being checked. */
const SIDE = 64

type Outputs = { readonly [name: string]: AnyTensor }

/**
 * What the canary knows about one way of running the weights: every output for two pictures of noise with a box in the
 * middle, and for the first picture with another box.
 */
export interface CanaryOutputs {
  readonly first: Outputs
  readonly otherPicture: Outputs
  readonly otherBox: Outputs
}

export async function canaryOutputs(
  sessions: EmbeddedSessions,
  model: EmbeddedModel,
): Promise<CanaryOutputs> {
  const channels = model.prompt.channels.length
  const middle = boxPrompt(channels, SIDE / 4, (3 * SIDE) / 4)
  const corner = boxPrompt(channels, 0, SIDE / 4)
  return {
    first: await runEmbedded(sessions, model, noise(1), middle),
    otherPicture: await runEmbedded(sessions, model, noise(2), middle),
    otherBox: await runEmbedded(sessions, model, noise(1), corner),
  }
}

/**
 * How far two runs of the same weights are apart: the greatest |difference| over all outputs, relative to the greatest
 * value of the reference's output; infinite when something is not a number. GPU backends have given silently wrong
 * numbers before (zeros, or the first answer again and again); different pictures and boxes show both.
 */
export function canaryDifference(reference: CanaryOutputs, candidate: CanaryOutputs): number {
  let worst = 0
  for (const run of ['first', 'otherPicture', 'otherBox'] as const) {
    for (const name of Object.keys(reference[run])) {
      const { data } = tensorOf(reference[run], name)
      const other = tensorOf(candidate[run], name).data
      let scale = 1e-3
      let difference = 0
      for (let i = 0; i < data.length; i++) {
        scale = Math.max(scale, Math.abs(data[i]!))
        const apart = Math.abs(data[i]! - other[i]!)
        difference = Number.isFinite(apart) ? Math.max(difference, apart) : Infinity
      }
      worst = Math.max(worst, difference / scale)
    }
  }
  return worst
}

/** What changes nothing in the logits although it should: `picture`, `box`, or null when both are heeded. */
export function ignoredInput(
  { first, otherPicture, otherBox }: CanaryOutputs,
  { tensors }: EmbeddedModel,
): 'picture' | 'box' | null {
  const logits = tensorOf(first, tensors.logits).data
  const isSame = (outputs: Outputs): boolean =>
    tensorOf(outputs, tensors.logits).data.every((value, i) => Object.is(value, logits[i]))
  if (isSame(otherPicture)) return 'picture'
  return isSame(otherBox) ? 'box' : null
}

function noise(seed: number): FloatTensor {
  const random = createRandom(seed)
  return {
    data: Float32Array.from({ length: 3 * SIDE * SIDE }, () => random.next() * 4 - 2),
    dims: [1, 3, SIDE, SIDE],
  }
}

/** The box [from, to) in both directions as the first channel, the others empty. */
function boxPrompt(channels: number, from: number, to: number): FloatTensor {
  const data = new Float32Array(channels * SIDE * SIDE)
  for (let v = from; v < to; v++) data.fill(1, v * SIDE + from, v * SIDE + to)
  return { data, dims: [1, channels, SIDE, SIDE] }
}
