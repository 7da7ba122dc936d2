import { expect, test } from 'vitest'
import { graphWithExternalData, picked, tinyGraph } from './__fixtures__/tinyGraphs'
import { sortModelFiles } from './sortModelFiles'

const never = new AbortController().signal
const encoder = tinyGraph(['pixel_values'], 'image_embeddings')
const decoder = tinyGraph(['image_embeddings', 'input_points', 'input_labels'], 'pred_masks')

test('encoder and decoder are told by their inputs, whatever the files are called', async () => {
  const sorted = await sortModelFiles(
    [
      picked('a/decoder-of-nothing.onnx', encoder),
      picked('b/README.md', new Uint8Array(3)),
      picked('b/x.onnx', decoder),
    ],
    never,
  )
  expect(sorted.encoder).toEqual({ name: 'decoder-of-nothing.onnx', graph: encoder, externalData: [] })
  expect(sorted.decoder).toEqual({ name: 'x.onnx', graph: decoder, externalData: [] })
})

test('weights beside the graph come along under the name that the graph recorded', async () => {
  const graph = graphWithExternalData(['pixel_values'], 'vision_encoder.onnx_data', 0, 40)
  const weights = new Uint8Array(40).fill(7)
  const sorted = await sortModelFiles(
    [
      picked('vision_encoder.onnx', graph),
      picked('folder/vision_encoder.onnx_data', weights),
      picked('d.onnx', decoder),
    ],
    never,
  )
  expect(sorted.encoder.externalData).toEqual([{ path: 'vision_encoder.onnx_data', data: weights }])
})

test('a lone graph with several inputs may do everything: the runtime decides', async () => {
  const sorted = await sortModelFiles([picked('all.onnx', decoder)], never)
  expect(sorted.encoder.graph).toBe(decoder)
  expect(sorted.decoder).toBe(sorted.encoder)
})

test('two graphs with several inputs are handed on for the runtime to name', async () => {
  const other = tinyGraph(['image', 'size'], 'features')
  const sorted = await sortModelFiles([picked('d.onnx', decoder), picked('e.onnx', other)], never)
  expect(sorted.encoder.name).toBe('e.onnx')
})

test.each([
  ['no graph', [picked('readme.txt', encoder)], 'none of these files ends in .onnx'],
  ['an empty file', [picked('enc.onnx', new Uint8Array()), picked('dec.onnx', decoder)], 'enc.onnx is empty'],
  [
    'a truncated file',
    [picked('enc.onnx', encoder.slice(0, 40)), picked('dec.onnx', decoder)],
    'enc.onnx cannot be used: it ends too early: the file is truncated or no ONNX model (40 bytes)',
  ],
  [
    'a web page that was saved as the model',
    [picked('enc.onnx', new TextEncoder().encode('<!doctype html>')), picked('dec.onnx', decoder)],
    'enc.onnx cannot be used',
  ],
  [
    'the encoder alone',
    [picked('enc.onnx', encoder)],
    'enc.onnx looks like an encoder (its one input: pixel_values): add the decoder of the same model',
  ],
  [
    'two encoders',
    [picked('a.onnx', encoder), picked('b.onnx', tinyGraph(['image'], 'features'))],
    'these are 2 encoders (a.onnx, b.onnx)',
  ],
  [
    'three graphs',
    [picked('e.onnx', encoder), picked('single.onnx', decoder), picked('multi.onnx', decoder)],
    'these are 3 graphs (one input, as encoders have: e.onnx; several, as decoders have: single.onnx, multi.onnx)',
  ],
  [
    'missing weights',
    [picked('e.onnx', graphWithExternalData(['image'], 'e.onnx_data', 0, 40)), picked('d.onnx', decoder)],
    'e.onnx keeps its weights in e.onnx_data, which is not among the files: add it too',
  ],
  [
    'truncated weights',
    [
      picked('e.onnx', graphWithExternalData(['image'], 'e.onnx_data', 8, 40)),
      picked('e.onnx_data', new Uint8Array(47)),
      picked('d.onnx', decoder),
    ],
    'e.onnx_data has 47 bytes, but e.onnx needs at least 48: it is truncated',
  ],
])('%s: the message names the file, the fault and the remedy', async (_, files, words) => {
  await expect(sortModelFiles(files, never)).rejects.toMatchObject({
    code: 'model/incompatible',
    message: expect.stringContaining(words) as string,
  })
})
