import { createRandom } from '../../core/random'
import type { EmbeddedModel } from './embeddedManifest'
import { tensorOf, type AnyTensor, type EmbeddedSessions, type FloatTensor } from './session'

/** Side of the canary's pictures: small, so that a slow device is not punished for being checked. */
const SIDE = 64

/**
 * How far two runs of the same weights are apart: the greatest |difference| over all outputs for two pictures of noise,
 * relative to the greatest value of the reference's output. GPU backends have given silently wrong numbers before
 * (zeros, or the first answer again and again); two different pictures show both.
 */
export async function canaryDifference(
  reference: EmbeddedSessions,
  candidate: EmbeddedSessions,
  model: EmbeddedModel,
): Promise<number> {
  let worst = 0
  for (const seed of [1, 2]) {
    const expected = await runOnNoise(reference, model, seed)
    const found = await runOnNoise(candidate, model, seed)
    for (const name of Object.keys(expected)) {
      const { data } = tensorOf(expected, name)
      const other = tensorOf(found, name).data
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

/** Features, logits and quality of one picture of noise with a box in its middle. */
async function runOnNoise(
  { encoder, decoder }: EmbeddedSessions,
  { tensors }: EmbeddedModel,
  seed: number,
): Promise<Record<string, AnyTensor>> {
  const random = createRandom(seed)
  const image: FloatTensor = {
    data: Float32Array.from({ length: 3 * SIDE * SIDE }, () => random.next() * 4 - 2),
    dims: [1, 3, SIDE, SIDE],
  }
  const isInside = (p: number): boolean => p >= SIDE / 4 && p < (3 * SIDE) / 4
  const prompt = Float32Array.from({ length: SIDE * SIDE }, (_, i) =>
    isInside(i % SIDE) && isInside(Math.floor(i / SIDE)) ? 1 : 0,
  )
  const features = await encoder.run({
    [tensors.image]: image,
    [tensors.prompt]: { data: prompt, dims: [1, 1, SIDE, SIDE] },
  })
  const feeds: Record<string, FloatTensor> = { [tensors.image]: image }
  for (const { name } of tensors.features) feeds[name] = tensorOf(features, name)
  return { ...features, ...(await decoder.run(feeds)) }
}
