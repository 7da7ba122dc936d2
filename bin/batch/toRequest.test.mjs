import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { toRequest } from './toRequest.mjs'

test('files of a model go in by number with their names beside, and weights beside a graph come along', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'maskwright-request-'))
  const at = (name) => path.join(folder, name)
  for (const name of ['enc.onnx', 'enc.onnx_data', 'dec.onnx', 'other.onnx_data'])
    writeFileSync(at(name), 'x')
  const { files, options } = toRequest('propose', {
    annotations: 'boxes.json',
    out: 'masks.json',
    model: [at('enc.onnx'), at('dec.onnx')],
  })
  expect(files).toEqual({
    annotations: 'boxes.json',
    model0: at('enc.onnx'),
    model1: at('dec.onnx'),
    model2: at('enc.onnx_data'),
  })
  expect(options.model).toEqual(['enc.onnx', 'dec.onnx', 'enc.onnx_data'])
})

test('without a model nothing is said of one, and the embedded one has no files', () => {
  expect(toRequest('propose', { annotations: 'b.json', out: 'm.json' }).options).not.toHaveProperty('model')
  expect(toRequest('propose', { annotations: 'b.json', out: 'm.json', model: [] }).options.model).toEqual([])
})

test('a backbone is a file of the command under its own name, and the embedded one is none', () => {
  const { files, options } = toRequest('train', { annotations: 'a.json', out: 'run', backbone: 'm/net.onnx' })
  expect(files).toEqual({ annotations: 'a.json', backbone0: 'm/net.onnx' })
  expect(options.backboneFiles).toEqual(['net.onnx'])
  const embedded = toRequest('train', { annotations: 'a.json', out: 'run', backbone: 'embedded' })
  expect(embedded.options).not.toHaveProperty('backboneFiles')
})
