import { describe, expect, test } from 'vitest'
import { AppError } from '../../core/errors'
import { createRandom } from '../../core/random'
import { maxDifference } from '../__fixtures__/maxDifference'
import { createGraphBuilder } from '../onnx/graphBuilder'
import { tinyVitOnnx } from './__fixtures__/tinyVitOnnx'
import { safetensorsOf, writeSafetensors, type WrittenTensor } from './__fixtures__/writeSafetensors'
import { ANTIALIAS_RULE, OFFSET_RULE, PLAIN_RULE } from './positionTable'
import { readVitWeights } from './vitWeights'

const [dim, mlp, patch, grid] = [8, 12, 2, 3]

/** A network of two blocks under the names of facebookresearch/dinov2. */
function original({ registers = 0 } = {}): WrittenTensor[] {
  const random = createRandom(3)
  const of = (name: string, ...shape: number[]): WrittenTensor => {
    const count = shape.reduce((a, b) => a * b, 1)
    return { name, shape, values: Float32Array.from({ length: count }, () => random.normal()) }
  }
  const blocks = [0, 1].flatMap((i) => {
    const b = `blocks.${i}.`
    return [
      of(`${b}norm1.weight`, dim),
      of(`${b}norm1.bias`, dim),
      of(`${b}attn.qkv.weight`, 3 * dim, dim),
      of(`${b}attn.qkv.bias`, 3 * dim),
      of(`${b}attn.proj.weight`, dim, dim),
      of(`${b}attn.proj.bias`, dim),
      of(`${b}ls1.gamma`, dim),
      of(`${b}norm2.weight`, dim),
      of(`${b}norm2.bias`, dim),
      of(`${b}mlp.fc1.weight`, mlp, dim),
      of(`${b}mlp.fc1.bias`, mlp),
      of(`${b}mlp.fc2.weight`, dim, mlp),
      of(`${b}mlp.fc2.bias`, dim),
      of(`${b}ls2.gamma`, dim),
    ]
  })
  return [
    of('cls_token', 1, 1, dim),
    of('mask_token', 1, dim),
    ...(registers > 0 ? [of('register_tokens', 1, registers, dim)] : []),
    of('pos_embed', 1, 1 + grid * grid, dim),
    of('patch_embed.proj.weight', dim, 3, patch, patch),
    of('patch_embed.proj.bias', dim),
    ...blocks,
    of('norm.weight', dim),
    of('norm.bias', dim),
  ]
}

/** The same tensors as Hugging Face's conversion names and cuts them. */
function converted(tensors: readonly WrittenTensor[]): WrittenTensor[] {
  const renamed = (name: string): string =>
    `dinov2.${name}`
      .replace('.cls_token', '.embeddings.cls_token')
      .replace('.mask_token', '.embeddings.mask_token')
      .replace('.register_tokens', '.embeddings.register_tokens')
      .replace('.pos_embed', '.embeddings.position_embeddings')
      .replace('.patch_embed.proj', '.embeddings.patch_embeddings.projection')
      .replace('.blocks.', '.encoder.layer.')
      .replace('.attn.proj', '.attention.output.dense')
      .replace(/\.ls(\d)\.gamma/, '.layer_scale$1.lambda1')
      .replace(/^dinov2\.norm\./, 'dinov2.layernorm.')
  return tensors.flatMap(({ name, shape, values }) => {
    const match = /(.*)attn\.qkv\.(weight|bias)$/.exec(name)
    if (match === null) return [{ name: renamed(name), shape, values }]
    const part = values.length / 3
    return ['query', 'key', 'value'].map((which, i) => ({
      name: `${renamed(match[1]!)}attention.attention.${which}.${match[2]!}`,
      shape: [dim, ...shape.slice(1)],
      values: values.slice(i * part, (i + 1) * part),
    }))
  })
}

const options = { heads: 2 }
const read = (file: Uint8Array<ArrayBuffer>) => readVitWeights(file, 'backbone.file', options)

/** What comes of a damaged file: 'read', or the message of the one error it may end in. */
function outcome(file: Uint8Array<ArrayBuffer>): string {
  try {
    read(file)
    return 'read'
  } catch (error) {
    if (error instanceof AppError && error.code === 'model/incompatible') return error.message
    throw error
  }
}

test('sizes come from the tensors; matrices are turned, colours are the last axis of a patch', () => {
  const tensors = original({ registers: 2 })
  const { dims, tensors: found, positionRule } = read(writeSafetensors(tensors))
  expect(dims).toEqual({ patch, dim, depth: 2, mlp, heads: 2, registers: 2, grid })
  expect(positionRule).toBe(ANTIALIAS_RULE)
  const valuesOf = (name: string): Float32Array => tensors.find((each) => each.name === name)!.values
  // fc1 (out, in): output 5 of input 3.
  expect(found.get('blocks.1.fc1.kernel')![3 * mlp + 5]).toBe(
    valuesOf('blocks.1.mlp.fc1.weight')[5 * dim + 3],
  )
  // Channel 4, colour 2, y 1, x 0.
  expect(found.get('patch.kernel')![((1 * patch + 0) * 3 + 2) * dim + 4]).toBe(
    valuesOf('patch_embed.proj.weight')[((4 * 3 + 2) * patch + 1) * patch + 0],
  )
})

test('both code bases give the same network, each with its own rule for positions', () => {
  const ours = read(writeSafetensors(original()))
  const theirs = read(writeSafetensors(converted(original())))
  expect(theirs.dims).toEqual(ours.dims)
  expect([...theirs.tensors.keys()].toSorted()).toEqual([...ours.tensors.keys()].toSorted())
  for (const [name, values] of ours.tensors)
    expect(theirs.tensors.get(name), `values of ${name}`).toEqual(values)
  expect([ours.positionRule, theirs.positionRule]).toEqual([OFFSET_RULE, PLAIN_RULE])
})

test('both exporters of ONNX keep what the reader needs', () => {
  const script = readVitWeights(tinyVitOnnx({ depth: 2, dim: 64, heads: 1, grid: 3, registers: 3 }), 'a.onnx')
  expect(script.dims).toEqual({ patch: 14, dim: 64, depth: 2, mlp: 192, heads: 1, registers: 3, grid: 3 })
  // What the file's own graph does counts: it resizes without antialiasing.
  expect(script.positionRule).toEqual(PLAIN_RULE)
  const program = readVitWeights(tinyVitOnnx({ depth: 2, exporter: 'program' }), 'b.onnx')
  expect(program.dims).toEqual({ patch: 14, dim: 128, depth: 2, mlp: 192, heads: 2, registers: 0, grid: 4 })
})

test.each([
  ['F16', 2 ** -10],
  ['BF16', 2 ** -7],
] as const)('%s is read within its precision', (dtype, precision) => {
  const exact = read(writeSafetensors(original())).tensors
  const halved = read(writeSafetensors(original(), dtype)).tensors
  for (const [name, values] of exact) {
    const largest = Math.max(...values.map(Math.abs))
    expect(maxDifference(halved.get(name)!, values), `values of ${name}`).toBeLessThan(precision * largest)
  }
})

describe('a file that is not what it should be', () => {
  test('cut anywhere, it is incompatible, never a hang or a wrong network', () => {
    const safetensors = writeSafetensors(original())
    for (let length = 0; length < safetensors.length; length += 97) {
      expect(outcome(safetensors.subarray(0, length))).not.toBe('read')
    }
    const onnx = tinyVitOnnx({ depth: 1, dim: 64, heads: 1, patch: 2, mlp: 16, grid: 2 })
    for (let length = 0; length < onnx.length - 200; length += 997) {
      expect(outcome(onnx.subarray(0, length))).not.toBe('read')
    }
  })

  test('with bytes changed at random, it is read or incompatible', () => {
    const random = createRandom(11)
    const header = 4000
    for (const file of [
      writeSafetensors(original()),
      tinyVitOnnx({ depth: 1, dim: 64, heads: 1, patch: 2, mlp: 16, grid: 2 }),
    ]) {
      for (let round = 0; round < 200; round++) {
        const damaged = file.slice()
        for (let i = 0; i < 4; i++)
          damaged[random.integer(Math.min(header, file.length))] = random.integer(256)
        expect(typeof outcome(damaged)).toBe('string')
      }
    }
  })

  const without = (name: string): WrittenTensor[] => original().filter((tensor) => tensor.name !== name)
  const withShape = (name: string, shape: number[]): WrittenTensor[] =>
    original().map((tensor) => (tensor.name === name ? { ...tensor, shape } : tensor))
  const withValues = (name: string, change: (values: Float32Array) => Float32Array): WrittenTensor[] =>
    original().map((tensor) => {
      if (tensor.name !== name) return tensor
      const values = change(tensor.values)
      return { ...tensor, values, shape: [values.length] }
    })
  test.each([
    [
      'another network',
      writeSafetensors([{ name: 'conv1.weight', shape: [1], values: Float32Array.of(1) }]),
      'no DINOv2',
    ],
    ['no final norm', writeSafetensors(without('norm.weight')), '"norm.weight" is missing'],
    ['no MLP (a gated one)', writeSafetensors(without('blocks.1.mlp.fc1.weight')), '"blocks.1.mlp.fc1"'],
    [
      'a patch that is not square',
      writeSafetensors(withShape('patch_embed.proj.weight', [dim, 3, 4, 1])),
      'square',
    ],
    [
      'a bias of another length',
      writeSafetensors(withValues('blocks.0.mlp.fc2.bias', (v) => v.slice(1))),
      'fc2.bias has 7',
    ],
    [
      'a value that is no number',
      writeSafetensors(withValues('norm.bias', (v) => v.map((value, i) => (i === 2 ? Number.NaN : value)))),
      'norm.bias holds values that are no numbers',
    ],
    ['a header that is no JSON', Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x7b), 'not JSON'],
    ['a header beyond the file', Uint8Array.of(255, 255, 0, 0, 0, 0, 0, 0, 0x7b, 0x7d), 'truncated'],
    [
      'an entry without offsets',
      safetensorsOf({ a: { dtype: 'F32', shape: [1] } }, []),
      'nothing usable about "a"',
    ],
    ['null as an entry', safetensorsOf({ a: null }, []), 'nothing usable about "a"'],
    [
      'offsets beyond the file',
      safetensorsOf({ a: { dtype: 'F32', shape: [1], data_offsets: [0, 4] } }, [new Uint8Array(3)]),
      'ends beyond the file',
    ],
    ['text', new TextEncoder().encode('<!doctype html><title>Log in</title>'), 'backbone.file: '],
    ['nothing', new Uint8Array(), 'backbone.file: '],
  ])('%s is named', (_, file, message) => {
    expect(outcome(file)).toContain(message)
  })

  test('a shape that its bytes do not fill, and a type that is no float, are named', () => {
    const broken = original().map((tensor) =>
      tensor.name === 'norm.bias' ? { ...tensor, shape: [9] } : tensor,
    )
    expect(outcome(writeSafetensors(broken))).toContain('"norm.bias" of shape 9 has 32 bytes')
    const file = writeSafetensors(original())
    // The first type that the header names is the class token's.
    const text = new TextDecoder('latin1').decode(file)
    file.set(new TextEncoder().encode('I32'), text.indexOf('F32'))
    expect(outcome(file)).toContain('"cls_token" is I32; F32, F16 and BF16 are read')
  })

  test('a graph whose products were fused away is named with what to use instead', () => {
    const graph = createGraphBuilder()
    const named = (name: string, ...shape: number[]) =>
      graph.constant(new Float32Array(shape.reduce((a, b) => a * b, 1)), shape, name)
    named('embeddings.cls_token', 1, 1, dim)
    named('embeddings.position_embeddings', 1, 1 + grid * grid, dim)
    named('embeddings.patch_embeddings.projection.weight', dim, 3, patch, patch)
    named('embeddings.patch_embeddings.projection.bias', dim)
    for (const norm of ['norm1', 'norm2']) {
      named(`encoder.layer.0.${norm}.weight`, dim)
      named(`encoder.layer.0.${norm}.bias`, dim)
    }
    const bias = named('encoder.layer.0.attention.attention.query.bias', dim)
    graph.output(graph.node('Attention', [graph.input('x', [1, dim]), bias]), [1, dim])
    expect(outcome(graph.finish('fused', {}))).toContain('not an optimised or quantised one')
  })

  test('a graph that runs in circles ends', () => {
    const graph = createGraphBuilder()
    graph.node('Identity', ['b'], {}, 'encoder.layer.0.norm1.weight')
    graph.node('Identity', ['encoder.layer.0.norm1.weight'], {}, 'b')
    graph.output('b', [dim])
    expect(outcome(graph.finish('circle', {}))).toContain('missing')
  })

  test('heads of another width than 64 channels have to be given', () => {
    expect(() => readVitWeights(writeSafetensors(original()), 'x.safetensors')).toThrow(
      '8 channels make no whole number of heads of 64',
    )
  })
})
