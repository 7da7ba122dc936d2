import { describe, expect, test, vi } from 'vitest'
import { createRandom } from '../../core/random'
import { IGNORE } from '../../core/raster'
import type { FeatureLevel } from '../../ml/training'
import oracle from '../__fixtures__/paperStudentsOracle.json'
import { startBackend } from '../__fixtures__/backends'
import { maxDifference } from '../__fixtures__/maxDifference'
import { disposeReport, studentLoss } from '../losses/studentLoss'
import { createTarget, disposeTarget } from '../losses/target'
import { tf } from '../tf'
import { cutWeights, initialValues, joinGradients, layOut, nameWeights } from '../train/flatParameters'
import { boxes2pixelsDecoder } from './boxes2pixelsDecoder'
import { light } from './light'
import type { StudentNetwork } from './student'
import { unet } from './unet'

/**
 * Against PyTorch (double precision): `bench/oracles/paper_students_oracle.py` builds the same networks, narrow, from their
 * description. Inputs and weights are its formulas, repeated here.
 */
interface Case {
  readonly id: 'dino-boxes2pixels' | 'unet' | 'light'
  readonly height: number
  readonly width: number
  readonly levels: readonly FeatureLevel[]
  /** Layers whose kernels are ten times as large, so that the logits differ. */
  readonly final: readonly string[]
  readonly network: StudentNetwork
}

// Two forward passes for each of seventy tensors, on a busy machine.
vi.setConfig({ testTimeout: 90_000 })

const [n, classCount] = [2, 2]
const tokens = (...channels: number[]): FeatureLevel[] => channels.map((c) => ({ stride: 14, channels: c }))
const shapeOf = (levels: readonly FeatureLevel[], height: number, width: number) => ({
  classCount,
  levels,
  backboneWeights: null,
  input: { width, height },
})
const CASES: readonly Case[] = [
  {
    id: 'dino-boxes2pixels',
    height: 28,
    width: 42,
    levels: tokens(3, 4, 5, 6),
    final: ['binary.2', 'fine.2'],
    network: boxes2pixelsDecoder(
      tokens(3, 4, 5, 6),
      classCount,
      { hasDetail: true, hasBinaryHead: true, hasFrozenFeatures: true },
      { fusion: 8, up: [6, 5, 4], detail: [3, 4], mixer: 6, head: 5 },
    ),
  },
  {
    id: 'unet',
    height: 16,
    width: 24,
    levels: [],
    final: ['head'],
    network: unet.build(shapeOf([], 16, 24), { base: 4 }),
  },
  {
    id: 'light',
    height: 28,
    width: 42,
    levels: tokens(3, 5, 4),
    final: ['head'],
    network: light.build(shapeOf(tokens(3, 5, 4), 28, 42), { channels: 8, dropout: 0 }),
  },
]
const wave = (i: number, a: number, b: number): number => Math.sin(a * i + b) + 0.3 * Math.cos(0.013 * i)

function setUp({ height, width, levels, final, network }: Case) {
  const layout = layOut(network.parameters)
  const values = new Float32Array(layout.size)
  layout.specs.forEach(({ name, shape }, s) => {
    const [layer, part] = [name.slice(0, name.lastIndexOf('.')), name.slice(name.lastIndexOf('.') + 1)]
    const fanIn = shape.slice(0, -1).reduce((a, b) => a * b, 1)
    for (let i = layout.offsets[s]!; i < (layout.offsets[s + 1] ?? layout.size); i++) {
      const value = wave(i, 0.7, 0.1)
      if (part === 'kernel') values[i] = (value * (final.includes(layer) ? 10 : 1)) / Math.sqrt(fanIn)
      else values[i] = part === 'scale' ? 1 + value / 5 : value / 10
    }
  })
  const features = levels.map(({ stride, channels }, level) => {
    const [h, w] = [height / stride, width / stride]
    const count = n * h * w * channels
    return tf.tensor4d(
      Float32Array.from({ length: count }, (_, i) => wave(i, 0.37 + 0.1 * level, 0.5)),
      [n, h, w, channels],
    )
  })
  const b = network.pixelBlock
  const plain = tf.tensor(
    Float32Array.from({ length: n * height * width * 3 }, (_, i) => wave(i, 0.11, 0.2)),
    [n, height / b, b, width / b, b, 3],
  )
  const pixels = tf.reshape(tf.transpose(plain, [0, 1, 3, 2, 4, 5]), [
    n,
    height / b,
    width / b,
    3 * b * b,
  ]) as tf.Tensor4D
  const labels = Array.from({ length: n }, () => new Uint8Array(height * width))
  const paint = (image: number, top: number, bottom: number, left: number, right: number, label: number) => {
    for (let y = top; y < bottom; y++) labels[image]!.fill(label, y * width + left, y * width + right)
  }
  paint(0, 2, 9, 3, 12, 1)
  paint(1, 5, 12, 12, 22, 2)
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
  const input = { features, pixels }
  const forward = (tensors: readonly tf.Tensor[]) =>
    network.forward(nameWeights(layout, tensors), input, {
      kind: 'train',
      random: createRandom(0),
      observe: () => {},
    })
  const infer = (tensors: readonly tf.Tensor[]) => {
    // Running statistics of block b: mean wave / 10, variance 1 + wave / 5.
    const statistics = network.statistics.map(({ name, shape }, i): [string, tf.Tensor] => {
      const waves = Float32Array.from({ length: shape[0]! }, (_, c) => wave(c, 0.9, Math.floor(i / 2)))
      return [name, tf.tensor1d(waves.map((value) => (name.endsWith('mean') ? value / 10 : 1 + value / 5)))]
    })
    return network.forward(new Map([...nameWeights(layout, tensors), ...statistics]), input, {
      kind: 'infer',
    })
  }
  /** Loss and its terms; `terms` are filled when it runs. */
  const lossOf = (tensors: readonly tf.Tensor[], correction: typeof options.correction | null) => {
    const { loss, report } = studentLoss(forward(tensors), target, { ...options, correction })
    const terms = [...report.terms.dataSync()]
    disposeReport(report)
    return { loss, terms }
  }
  return { layout, values, target, forward, infer, lossOf, correction: options.correction }
}
const everyNth = (values: ArrayLike<number>, every: number): number[] =>
  Array.from({ length: Math.ceil(values.length / every) }, (_, i) => values[i * every]!)

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  describe.each(CASES)('$id', (network) => {
    const golden = oracle[network.id]

    test('forward equals PyTorch, in training and in inference', async () => {
      await startBackend(backend)
      const { layout, values, forward, infer } = setUp(network)
      expect(layout.size).toBe(golden.parameterCount)
      const weights = cutWeights(layout, tf.tensor1d(values))
      const logits = forward(weights)
      expect(logits.shape).toEqual(golden.logitsShape)
      // Single against double precision, on logits up to 22.
      expect(maxDifference(everyNth(logits.dataSync(), golden.everyLogit), golden.logits)).toBeLessThan(1e-4)
      const inferred = everyNth(infer(weights).dataSync(), golden.everyLogit)
      expect(maxDifference(inferred, golden.inferredLogits)).toBeLessThan(1e-4)
    })

    test('loss and gradient equal PyTorch', async () => {
      await startBackend(backend)
      const { layout, values, lossOf, correction } = setUp(network)
      let terms: number[] = []
      const { grads } = tf.valueAndGrads((...tensors) => {
        const result = lossOf(tensors, correction)
        terms = result.terms
        return result.loss
      })(cutWeights(layout, tf.tensor1d(values)))
      expect(maxDifference(terms.slice(0, 4), golden.terms)).toBeLessThan(1e-5)
      const gradient = joinGradients(grads)
      expect(maxDifference(everyNth(gradient.dataSync(), golden.every), golden.gradient)).toBeLessThan(1e-4)
      expect(tf.norm(gradient).dataSync()[0]! / golden.gradientNorm).toBeCloseTo(1, 4)
    })

    // Every third one on cpu, which takes ten times as long.
    test('the gradient of each tensor agrees with finite differences along it', async () => {
      await startBackend(backend)
      const before = tf.memory().numTensors
      tf.tidy(() => {
        const { layout, target, lossOf } = setUp(network)
        const values = initialValues(layout, 3)
        // Without correction: a pixel that changes its label is a jump.
        const gradients = tf
          .grads((...tensors) => lossOf(tensors, null).loss)(cutWeights(layout, tf.tensor1d(values)))
          .map((gradient) => gradient.dataSync() as Float32Array)
        const evaluate = (at: Float32Array): number =>
          tf.tidy(() => lossOf(cutWeights(layout, tf.tensor1d(at)), null).loss.dataSync()[0]!)
        const total = Math.hypot(...gradients.map((gradient) => Math.hypot(...gradient)))
        const errors = gradients.map((gradient, s) => {
          const norm = Math.hypot(...gradient)
          // A bias that normalisation takes off again has none; there is no direction to go.
          if (norm < 1e-3 * total || (backend === 'cpu' && s % 3 > 0)) return 0
          const stepped = (by: number): Float32Array => {
            const moved = values.slice()
            gradient.forEach((g, i) => (moved[layout.offsets[s]! + i]! += (by * g) / norm))
            return moved
          }
          const h = 2e-4
          return Math.abs((evaluate(stepped(h)) - evaluate(stepped(-h))) / (2 * h) - norm)
        })
        // Rounding of the loss is about 5e-7 / 2h = 1e-3; a longer step crosses the kinks of too many ReLUs.
        expect(Math.max(...errors)).toBeLessThan(0.03 * total)
        disposeTarget(target)
      })
      expect(tf.memory().numTensors).toBe(before)
    })
  })
})
