import { openAsBlob } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
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
