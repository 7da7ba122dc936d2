import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { OnnxFault } from '../../nn/onnx/protobufFields'
import { graphWithExternalData, tinyGraph } from './__fixtures__/tinyGraphs'
import { readOnnxHeader } from './onnxHeader'

test('inputs and outputs come in the order of the file', () => {
  expect(readOnnxHeader(tinyGraph(['points', 'labels'], 'masks'))).toEqual({
    inputs: ['points', 'labels'],
    outputs: ['masks'],
    externalData: new Map(),
  })
})

test('weights in another file are named with the length that they need, and are no inputs', () => {
  const header = readOnnxHeader(graphWithExternalData(['pixels'], 'encoder.onnx_data', 64, 400))
  expect(header.inputs).toEqual(['pixels'])
  // 400 bytes from byte 64 on.
  expect([...header.externalData]).toEqual([['encoder.onnx_data', 464]])
})

test('the embedded encoder, written by another exporter, is read too', () => {
  const header = readOnnxHeader(readFileSync('public/models/embedded-encoder.onnx'))
  expect(header.inputs).toContain('image')
  expect(header.outputs).toContain('feat4')
})

test('a file that was cut anywhere is a fault, never a wrong answer', () => {
  const whole = tinyGraph(['image'], 'features')
  const outcomes = Array.from({ length: whole.length }, (_, length) => {
    try {
      return readOnnxHeader(whole.subarray(0, length)).outputs.join()
    } catch (error) {
      if (error instanceof OnnxFault) return 'fault'
      throw error
    }
  })
  // The model's last fields come after its graph: only there the names are already whole.
  expect(new Set(outcomes)).toEqual(new Set(['fault', 'features']))
  expect(outcomes.slice(0, whole.length - 16).every((outcome) => outcome === 'fault')).toBe(true)
})

test.each([
  ['nothing', new Uint8Array()],
  ['text', new TextEncoder().encode('<!doctype html><title>Log in</title>')],
  ['zeros', new Uint8Array(64)],
  ['a PNG', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13)],
])('%s is no ONNX model', (_, bytes) => {
  expect(() => readOnnxHeader(bytes)).toThrow(OnnxFault)
})
