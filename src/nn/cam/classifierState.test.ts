import { beforeAll, expect, test } from 'vitest'
import { startBackend } from '../__fixtures__/backends'
import { tf } from '../tf'
import { computeStandards } from '../train/standards'
import { TINY_PYRAMID, tinyPictures } from './__fixtures__/tinyViews'
import { buildClassifier } from './classifierNetwork'
import { ClassifierState, type ClassifierStep } from './classifierState'

beforeAll(() => startBackend('wasm'))

const pictures = tinyPictures(8)
const all = (presence: number) => pictures.map((view) => ({ ...view, presence: Uint8Array.of(presence) }))
const still: ClassifierStep = {
  optimiser: { learningRate: 0, weightDecay: 0 },
  pooling: 'top',
  positiveWeights: Float32Array.of(1),
  contrast: null,
}
function fresh(seed: number): ClassifierState {
  const network = buildClassifier({ classCount: 1, levels: TINY_PYRAMID, channels: 8 })
  return new ClassifierState(network, computeStandards(pictures.map(({ features }) => features)), seed)
}
/** softplus(-l) - softplus(l) = -l: the loss of "all present" less that of "all absent" is minus the mean logit. */
async function meanLogit(state: ClassifierState): Promise<number> {
  return (await state.step(all(0), still)).classes - (await state.step(all(1), still)).classes
}

test('before the first step the pooled logits can be brought to 0 on average, from any start', async () => {
  const before = tf.memory().numTensors
  const starts: number[] = []
  for (const seed of [1, 2, 3]) {
    const state = fresh(seed)
    starts.push(Math.abs(await meanLogit(state)))
    await state.centre(pictures, 'top')
    expect(await meanLogit(state)).toBeCloseTo(0, 4)
    state.dispose()
  }
  // Else there was nothing to be shown.
  expect(Math.max(...starts)).toBeGreaterThan(0.1)
  expect(tf.memory().numTensors).toBe(before)
})

test('a step with values that are no numbers changes nothing', async () => {
  const state = fresh(1)
  const values = await state.averagedValues()
  const broken = all(1).map((view) => ({
    ...view,
    features: {
      ...view.features,
      levels: view.features.levels.map((level) => ({
        ...level,
        data: new Uint16Array(level.data.length).fill(0x7e00), // not a number
      })),
    },
  }))
  const moving = { ...still, optimiser: { learningRate: 0.01, weightDecay: 0.1 } }
  expect((await state.step(broken, moving)).isFinite).toBe(false)
  expect(await state.averagedValues()).toEqual(values)
  expect((await state.step(all(1), moving)).isFinite).toBe(true)
  expect(await state.averagedValues()).not.toEqual(values)
  state.dispose()
})
