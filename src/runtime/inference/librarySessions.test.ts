import { openAsBlob } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { createMessage } from '../../nn/onnx/protobuf'
import { tensorOf } from '../../nn/onnx/session'
import { nodeOrtRuntime } from '../__fixtures__/nodeOrt'
import { createLibrarySessions } from './librarySessions'

vi.setConfig({ testTimeout: 30_000 })

test('a file that was deleted after it was found is a missing model', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'maskwright-'))
  const path = join(folder, 'encoder.onnx')
  await writeFile(path, 'bytes')
  const graph = { name: 'encoder.onnx', graph: await openAsBlob(path), externalData: [] }
  await rm(folder, { recursive: true })
  await expect(createLibrarySessions('A model', nodeOrtRuntime).open(graph, 'wasm')).rejects.toMatchObject({
    code: 'model/missing',
    message: 'encoder.onnx can no longer be read',
  })
})

test('a file that is no model is named', async () => {
  const graph = { name: 'photo.onnx', graph: new Blob(['not a graph']), externalData: [] }
  await expect(createLibrarySessions('A model', nodeOrtRuntime).open(graph, 'wasm')).rejects.toMatchObject({
    code: 'model/incompatible',
    message: expect.stringContaining('photo.onnx') as string,
  })
})

test('weights in a file beside the graph come under the name that the graph recorded', async () => {
  const weights = { path: 'model.onnx_data', data: new Blob([Float32Array.of(40, 2)]) }
  const graph = { name: 'sum.onnx', graph: new Blob([graphWithWeightsBeside()]), externalData: [weights] }
  const session = await createLibrarySessions('A model', nodeOrtRuntime).open(graph, 'wasm')
  const { y } = await session.run({ x: { data: Float32Array.of(1, 1), dims: [2] } })
  expect([...tensorOf({ y: y! }, 'y').data]).toEqual([41, 3])
  await session.release()
  const without = { ...graph, externalData: [] }
  await expect(createLibrarySessions('A model', nodeOrtRuntime).open(without, 'wasm')).rejects.toMatchObject({
    code: 'model/incompatible',
  })
})

/** y = x + w, two numbers each, w in `model.onnx_data` (field numbers: onnx.proto3). */
function graphWithWeightsBeside(): Uint8Array<ArrayBuffer> {
  const weights = createMessage()
  weights.integer(1, 2)
  weights.integer(2, 1) // FLOAT
  weights.text(8, 'w')
  for (const [key, value] of [
    ['location', 'model.onnx_data'],
    ['offset', '0'],
    ['length', '8'],
  ] as const) {
    const entry = createMessage()
    entry.text(1, key)
    entry.text(2, value)
    weights.message(13, entry)
  }
  weights.integer(14, 1) // EXTERNAL
  const node = createMessage()
  for (const name of ['x', 'w']) node.text(1, name)
  node.text(2, 'y')
  node.text(4, 'Add')
  const graph = createMessage()
  graph.message(1, node)
  graph.text(2, 'sum')
  graph.message(5, weights)
  for (const [field, name] of [
    [11, 'x'],
    [12, 'y'],
  ] as const) {
    const dimension = createMessage()
    dimension.integer(1, 2)
    const shape = createMessage()
    shape.message(1, dimension)
    const tensor = createMessage()
    tensor.integer(1, 1)
    tensor.message(2, shape)
    const type = createMessage()
    type.message(1, tensor)
    const value = createMessage()
    value.text(1, name)
    value.message(2, type)
    graph.message(field, value)
  }
  const opset = createMessage()
  opset.text(1, '')
  opset.integer(2, 17)
  const model = createMessage()
  model.integer(1, 8)
  model.message(7, graph)
  model.message(8, opset)
  return model.finish()
}
