import { describe, expect, test } from 'vitest'
import { createRandom } from '../../core/random'
import { IGNORE } from '../../core/raster'
import oracle from '../__fixtures__/lightOracle.json'
import { startBackend } from '../__fixtures__/backends'
import { maxDifference } from '../__fixtures__/maxDifference'
import { disposeReport, studentLoss } from '../losses/studentLoss'
import { createTarget } from '../losses/target'
import type { ChannelStatistics } from '../ops/batchNorm'
import { tf } from '../tf'
import { adamW, clipByNorm } from '../train/adamW'
import { cutWeights, joinGradients, layOut, nameWeights } from '../train/flatParameters'
import { light } from './light'

/**
 * Against PyTorch (double precision): `bench/oracles/student_oracle.py` builds the same decoder and losses from their
 * description. Inputs and weights are its formulas, repeated here.
 */
const [n, height, width, classCount] = [2, 16, 32, 2]
const levels = [
  { stride: 4, channels: 3 },
  { stride: 8, channels: 5 },
  { stride: 16, channels: 4 },
]
const wave = (i: number, a: number, b: number): number => Math.sin(a * i + b) + 0.3 * Math.cos(0.013 * i)

function setUp() {
  const network = light.build(
    { classCount, levels, backboneWeights: null, input: { width, height } },
    { channels: 16, dropout: 0 },
  )
  const layout = layOut(network.parameters)
  const values = new Float32Array(layout.size)
  layout.specs.forEach(({ name, shape }, s) => {
    const fanIn = shape.slice(0, -1).reduce((a, b) => a * b, 1)
    for (let i = layout.offsets[s]!; i < (layout.offsets[s + 1] ?? layout.size); i++) {
      const value = wave(i, 0.7, 0.1)
      if (name === 'head.kernel') values[i] = (30 * value) / Math.sqrt(fanIn)
      else if (name.endsWith('kernel')) values[i] = value / Math.sqrt(fanIn)
      else values[i] = name.endsWith('scale') ? 1 + value / 5 : value / 10
    }
  })
  const features = levels.map(({ stride, channels }, level) => {
    const [h, w] = [height / stride, width / stride]
    const data = Float32Array.from({ length: n * h * w * channels }, (_, i) =>
      wave(i, 0.37 + 0.1 * level, 0.5),
    )
    return tf.tensor4d(data, [n, h, w, channels])
  })
  // (N, H, W, 3) -> blocks of 4 x 4 pixels as channels.
  const plain = tf.tensor(
    Float32Array.from({ length: n * height * width * 3 }, (_, i) => wave(i, 0.11, 0.2)),
    [n, height / 4, 4, width / 4, 4, 3],
  )
  const pixels = tf.reshape(tf.transpose(plain, [0, 1, 3, 2, 4, 5]), [
    n,
    height / 4,
    width / 4,
    48,
  ]) as tf.Tensor4D
  const labels = Array.from({ length: n }, () => new Uint8Array(height * width))
  const paint = (image: number, top: number, bottom: number, left: number, right: number, label: number) => {
    for (let y = top; y < bottom; y++) labels[image]!.fill(label, y * width + left, y * width + right)
  }
  paint(0, 2, 9, 3, 12, 1)
  paint(1, 5, 12, 20, 30, 2)
  paint(1, 0, 3, 0, 5, IGNORE)
  const barred = Uint8Array.from({ length: height * width }, (_, p) =>
    p % width >= 16 && p % width < 24 ? 1 : 0,
  )
  const target = createTarget(
    labels.map((data) => ({ width, height, data })),
    [barred, null],
    classCount,
  )
  const options = {
    classWeights: tf.tensor1d([0.4, 4, 2]),
    binaryWeight: 0.5,
    diceBeta: 0.4,
    correction: { threshold: 0.6, cap: 0.08 },
  }
  const observed = new Map<string, ChannelStatistics>()
  const forward = (tensors: readonly tf.Tensor[]) =>
    network.forward(
      nameWeights(layout, tensors),
      { features, pixels },
      {
        kind: 'train',
        random: createRandom(0),
        observe: (name, { mean, variance }) =>
          void observed.set(name, { mean: tf.keep(tf.clone(mean)), variance: tf.keep(tf.clone(variance)) }),
      },
    )
  const infer = (tensors: readonly tf.Tensor[]) => {
    // Running statistics of block b: mean wave / 10, variance 1 + wave / 5.
    const statistics = network.statistics.map(({ name, shape }, i): [string, tf.Tensor] => {
      const waves = Float32Array.from({ length: shape[0]! }, (_, c) => wave(c, 0.9, Math.floor(i / 2)))
      return [name, tf.tensor1d(waves.map((value) => (name.endsWith('mean') ? value / 10 : 1 + value / 5)))]
    })
    const weights = new Map([...nameWeights(layout, tensors), ...statistics])
    return network.forward(weights, { features, pixels }, { kind: 'infer' })
  }
  return { layout, values, forward, infer, observed, target, options }
}
const everyNth = (values: ArrayLike<number>): number[] =>
  Array.from({ length: Math.ceil(values.length / oracle.every) }, (_, i) => values[i * oracle.every]!)

describe.each(['cpu', 'wasm'] as const)('light on %s equals PyTorch', (backend) => {
  test('forward in training, with the statistics it tells, and in inference', async () => {
    await startBackend(backend)
    const { layout, values, forward, infer, observed } = setUp()
    expect(layout.size).toBe(oracle.parameterCount)
    const weights = cutWeights(layout, tf.tensor1d(values))
    // Single against double precision, on logits up to 30.
    expect(maxDifference(forward(weights).dataSync(), oracle.logits)).toBeLessThan(1e-4)
    const { mean, variance } = observed.get('mix2')!
    expect(maxDifference(mean.dataSync(), oracle.mix2Mean)).toBeLessThan(1e-5)
    expect(maxDifference(variance.dataSync(), oracle.mix2Variance)).toBeLessThan(1e-5)
    expect(maxDifference(infer(weights).dataSync(), oracle.inferredLogits)).toBeLessThan(1e-4)
  })

  test('loss and gradient, with self-correction, its cap, ignored and barred pixels', async () => {
    await startBackend(backend)
    expect(oracle.terms[3]).toBeGreaterThan(0) // the oracle did correct pixels
    const { layout, values, forward, target, options } = setUp()
    let terms: number[] = []
    const { grads } = tf.valueAndGrads((...tensors) => {
      const { loss, report } = studentLoss(forward(tensors), target, options)
      terms = [...report.terms.dataSync()]
      disposeReport(report)
      return loss
    })(cutWeights(layout, tf.tensor1d(values)))
    expect(maxDifference(terms.slice(0, 4), oracle.terms)).toBeLessThan(1e-5)
    expect(terms.slice(4)).toEqual([0, 1]) // 25 of 449 and 111 of 427 background pixels would change: the cap of .08 stops the second
    const gradient = joinGradients(grads)
    expect(maxDifference(everyNth(gradient.dataSync()), oracle.gradient)).toBeLessThan(2e-5)
    expect(tf.norm(gradient).dataSync()[0]! / oracle.gradientNorm).toBeCloseTo(1, 5)
  })

  test('three clipped AdamW steps', async () => {
    await startBackend(backend)
    const { layout, values, forward, target, options } = setUp()
    let state = {
      parameters: tf.tensor1d(values),
      mean: tf.zeros<tf.Rank.R1>([layout.size]),
      meanSquare: tf.zeros<tf.Rank.R1>([layout.size]),
    }
    const losses: number[] = []
    for (let step = 0; step < 3; step++) {
      const { value, grads } = tf.valueAndGrads((...tensors) => {
        const { loss, report } = studentLoss(forward(tensors), target, options)
        disposeReport(report)
        return loss
      })(cutWeights(layout, state.parameters))
      losses.push(value.dataSync()[0]!)
      const gradient = clipByNorm(joinGradients(grads), 1)
      state = adamW(state, gradient, step, { learningRate: 2e-3, weightDecay: 1e-2 })
    }
    expect(maxDifference(losses, oracle.stepLosses)).toBeLessThan(1e-4)
    // Adam divides by the gradient's own size, so where that is tiny its rounding counts in full.
    const drift = everyNth(state.parameters.dataSync()).map((value, i) =>
      Math.abs(value - oracle.parametersAfter[i]!),
    )
    expect(drift.filter((d) => d > 2e-5).length).toBeLessThan(0.02 * drift.length)
  })
})
