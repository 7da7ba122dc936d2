import { beforeAll, describe, expect, test } from 'vitest'
import { startBackend } from '../__fixtures__/backends'
import { maxDifference } from '../__fixtures__/maxDifference'
import oracle from '../__fixtures__/vitOracle.json'
import { tf } from '../tf'
import { writeSafetensors, type WrittenTensor } from './__fixtures__/writeSafetensors'
import { PLAIN_RULE } from './positionTable'
import { createVit, type Vit } from './vit'
import { isBitFit, sizeOf, vitTensorSpecs } from './vitTensors'
import { readVitWeights, type VitWeights } from './vitWeights'

/**
 * Against PyTorch (double precision): `bench/oracles/vit_oracle.py` builds the same network from its description. Inputs
 * and weights are its formulas, repeated here.
 */
const [patch, dim, depth, mlp, heads, grid] = [4, 16, 4, 40, 2, 4]
const [batch, rows, columns, taps] = [2, 3, 5, [0, 2]]
const wave = (i: number, a: number, b: number): number => Math.sin(a * i + b) + 0.3 * Math.cos(0.013 * i)

function oracleShapes(registers: number): [string, number[]][] {
  const found: [string, number[]][] = [['cls_token', [1, 1, dim]]]
  if (registers > 0) found.push(['register_tokens', [1, registers, dim]])
  found.push(['pos_embed', [1, 1 + grid * grid, dim]])
  found.push(['patch_embed.proj.weight', [dim, 3, patch, patch]], ['patch_embed.proj.bias', [dim]])
  for (let i = 0; i < depth; i++) {
    const of = (name: string, ...shape: number[]): [string, number[]] => [`blocks.${i}.${name}`, shape]
    found.push(of('norm1.weight', dim), of('norm1.bias', dim))
    found.push(of('attn.qkv.weight', 3 * dim, dim), of('attn.qkv.bias', 3 * dim))
    found.push(of('attn.proj.weight', dim, dim), of('attn.proj.bias', dim), of('ls1.gamma', dim))
    found.push(of('norm2.weight', dim), of('norm2.bias', dim))
    found.push(of('mlp.fc1.weight', mlp, dim), of('mlp.fc1.bias', mlp))
    found.push(of('mlp.fc2.weight', dim, mlp), of('mlp.fc2.bias', dim), of('ls2.gamma', dim))
  }
  found.push(['norm.weight', [dim]], ['norm.bias', [dim]])
  return found
}

function oracleWeights(registers: number): VitWeights {
  let at = 0
  const tensors = oracleShapes(registers).map(([name, shape]): WrittenTensor => {
    const values = new Float32Array(shape.reduce((a, b) => a * b, 1))
    const fanIn = shape.slice(1).reduce((a, b) => a * b, 1)
    const isNorm = /norm[12]?\.weight$|gamma$/.test(name)
    for (let i = 0; i < values.length; i++) {
      const value = wave(at++, 0.7, 0.1)
      values[i] = isNorm
        ? 1 + value / 5
        : name.endsWith('.weight')
          ? (2 * value) / Math.sqrt(fanIn)
          : value / 2
    }
    return { name, shape, values }
  })
  return readVitWeights(writeSafetensors(tensors), 'tiny.safetensors', { heads })
}

/** The oracle's picture (N, 3, H, W) in patches, channel (y * patch + x) * 3 + colour. */
function oraclePatches(): tf.Tensor4D {
  const [height, width] = [rows * patch, columns * patch]
  const values = Float32Array.from({ length: batch * 3 * height * width }, (_, i) => wave(i, 0.37, 0.5))
  const split = tf.reshape(tf.tensor(values), [batch * 3, rows, patch, columns * patch])
  const cells = tf.reshape(split, [batch * 3, rows, patch, columns, patch])
  const byColour = tf.transpose(cells, [0, 1, 3, 2, 4]) // (N 3, rows, columns, y, x)
  const last = tf.transpose(tf.reshape(byColour, [batch, 3, rows * columns * patch * patch]), [0, 2, 1])
  return tf.reshape(last, [batch, rows, columns, patch * patch * 3])
}

function tensorsOf(vit: Vit): Map<string, tf.Tensor> {
  return new Map(
    [...vit.parameters, ...vit.frozen].map(({ name, shape, values }) => [
      name,
      tf.tensor(values, [...shape]),
    ]),
  )
}

/** The oracle's loss: the sum of every value of the maps times a wave that runs over all of them. */
function lossOf(maps: readonly tf.Tensor4D[]): tf.Scalar {
  let from = 0
  const parts = maps.map((map) => {
    const weights = Float32Array.from({ length: map.size }, (_, i) => wave(from + i, 0.9, 0.2))
    from += map.size
    return tf.sum(tf.mul(tf.reshape(map, [-1]), tf.tensor1d(weights)))
  })
  return tf.addN(parts) as tf.Scalar
}

const oracleName = (name: string): string =>
  name
    .replace('patch.', 'patch_embed.proj.')
    .replace(/\.(qkv|proj)\./, '.attn.$1.')
    .replace(/\.(fc\d)\./, '.mlp.$1.')
    .replace('patch_embed.attn.proj', 'patch_embed.proj')

function gradientsOf(vit: Vit, patches: tf.Tensor4D): { loss: number; gradients: Map<string, Float32Array> } {
  const all = tensorsOf(vit)
  const { value, grads } = tf.valueAndGrads((...trained) => {
    vit.parameters.forEach(({ name }, i) => all.set(name, trained[i]!))
    return lossOf(vit.forward(all, patches))
  })(vit.parameters.map(({ name }) => all.get(name)!))
  const gradients = new Map(vit.parameters.map(({ name }, i) => [name, grads[i]!.dataSync() as Float32Array]))
  return { loss: value.dataSync()[0]!, gradients }
}

test('ViT-S/14 has 22,056,576 parameters with the mask token, and 61,056 of them are biases and norms', () => {
  const small = { patch: 14, dim: 384, depth: 12, mlp: 1536, heads: 6, registers: 0, grid: 37 }
  const specs = vitTensorSpecs(small)
  const count = (list: typeof specs): number => list.reduce((sum, spec) => sum + sizeOf(spec), 0)
  const maskToken = 384
  expect(count(specs) + maskToken).toBe(22_056_576)
  const trained = specs.filter(({ name }) => isBitFit(name))
  expect(count(trained)).toBe(61_056)
  // Blocks 8 to 11 feed no tap: 4 x 4,992 of them stay as they are.
  expect(count(trained.filter(({ name }) => !/^blocks\.(8|9|10|11)\./.test(name)))).toBe(41_088)
})

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  beforeAll(() => startBackend(backend))

  test.each(
    oracle.cases.map((each) => [`${each.registers} registers, ${each.rule} positions`, each] as const),
  )('maps and gradients are those of PyTorch: %s', (_, expected) => {
    const before = tf.memory().numTensors
    tf.tidy(() => {
      const read = oracleWeights(expected.registers)
      const weights = expected.rule === 'plain' ? { ...read, positionRule: PLAIN_RULE } : read
      const vit = createVit(weights, { rows, columns, taps })
      const maps = vit.forward(tensorsOf(vit), oraclePatches())
      maps.forEach((map, tap) => {
        expect(map.shape).toEqual([batch, rows, columns, dim])
        const channels = tf.tensor1d(Float32Array.from({ length: dim }, (_, c) => wave(c, 1.1, 0.3)))
        expect(maxDifference(tf.sum(tf.mul(map, channels), 3).dataSync(), expected.sums[tap]!)).toBeLessThan(
          1e-4,
        )
        const middle = tf.slice(map, [0, 1, 2, 0], [1, 1, 1, dim]).dataSync()
        expect(maxDifference(middle, expected.middle[tap]!)).toBeLessThan(2e-5)
      })
      if (expected.gradients === undefined) return
      const { loss, gradients } = gradientsOf(vit, oraclePatches())
      expect(Math.abs(loss - expected.loss)).toBeLessThan(1e-3)
      const found = [...gradients.keys()].map(oracleName)
      expect(found.toSorted()).toEqual(Object.keys(expected.gradients).toSorted())
      for (const [name, gradient] of gradients) {
        const golden = (expected.gradients as unknown as Record<string, number[]>)[oracleName(name)]!
        const size = Math.max(1, ...golden.map(Math.abs))
        expect(maxDifference(gradient, golden) / size, `gradient of ${name}`).toBeLessThan(1e-4)
      }
    })
    expect(tf.memory().numTensors).toBe(before)
  })

  test('gradients are the slopes that finite differences find', () => {
    tf.tidy(() => {
      const vit = createVit(oracleWeights(3), { rows, columns, taps })
      const patches = oraclePatches()
      const { gradients } = gradientsOf(vit, patches)
      const all = tensorsOf(vit)
      const lossWith = (name: string, index: number, step: number): number => {
        const { values, shape } = vit.parameters.find((each) => each.name === name)!
        const moved = Float32Array.from(values)
        moved[index]! += step
        const changed = new Map(all).set(name, tf.tensor(moved, [...shape]))
        return lossOf(vit.forward(changed, patches)).dataSync()[0]!
      }
      const probes: [string, number][] = [
        ['patch.bias', 3],
        ['blocks.0.norm1.weight', 5],
        ['blocks.0.qkv.bias', 2],
        ['blocks.1.qkv.bias', dim + 7],
        ['blocks.1.qkv.bias', 2 * dim + 1],
        ['blocks.2.fc1.bias', 11],
        ['norm.weight', 0],
      ]
      for (const [name, index] of probes) {
        const step = 1e-2
        const slope = (lossWith(name, index, step) - lossWith(name, index, -step)) / (2 * step)
        const gradient = gradients.get(name)![index]!
        expect(Math.abs(slope - gradient), `${name}[${index}]: ${slope} and ${gradient}`).toBeLessThan(
          2e-2 * Math.max(1, Math.abs(gradient)),
        )
      }
    })
  })
})
