import { expect, test } from 'vitest'
import { initialValues, layOut, nameValues } from '../train/flatParameters'
import { readClassifier, writeClassifier } from './classifierFile'
import { buildClassifier } from './classifierNetwork'

const LEVELS = [
  { stride: 8, channels: 3 },
  { stride: 16, channels: 2 },
]
const FACTS = { levels: LEVELS, classCount: 2, channels: 4, pooling: 'top' } as const

function aFile(): Uint8Array<ArrayBuffer> {
  const { parameters, statistics } = buildClassifier(LEVELS, 2, 4)
  const [a, b] = [layOut(parameters), layOut(statistics)]
  const values = new Map([...nameValues(a, initialValues(a, 1)), ...nameValues(b, initialValues(b, 1))])
  const standards = LEVELS.map(({ channels }) => ({
    mean: new Float32Array(channels).fill(0.5),
    std: new Float32Array(channels).fill(2),
  }))
  return writeClassifier(FACTS, standards, values)
}

test('what is written is read again', () => {
  const { levels, classCount, pooling, standards, values, network } = readClassifier(aFile())
  expect({ levels, classCount, pooling }).toEqual({ levels: LEVELS, classCount: 2, pooling: 'top' })
  expect(standards[1]).toEqual({ mean: Float32Array.of(0.5, 0.5), std: Float32Array.of(2, 2) })
  expect(values.size).toBe(network.parameters.length + network.statistics.length)
  const layout = layOut(network.parameters)
  const start = nameValues(layout, initialValues(layout, 1))
  expect(values.get('mix.kernel')).toEqual(Float32Array.from(start.get('mix.kernel')!))
})

const withHeader = (change: (header: string) => string): Uint8Array<ArrayBuffer> => {
  const file = aFile()
  const length = new DataView(file.buffer).getUint32(8, true)
  const header = new TextDecoder().decode(file.subarray(12, 12 + length))
  file.set(new TextEncoder().encode(change(header).padEnd(length).slice(0, length)), 12)
  return file
}

test.each([
  ['nothing', () => new Uint8Array(0), 'no classifier of this app'],
  ['another file', () => new TextEncoder().encode('PK'.repeat(20)), 'no classifier of this app'],
  [
    'a header longer than the file',
    () => new Uint8Array([...aFile().subarray(0, 8), 255, 255, 255, 252, 0, 0]),
    'cut off',
  ],
  ['broken JSON', () => withHeader((text) => text.replace('{', '[')), 'not readable'],
  ['a missing field', () => withHeader((text) => text.replace('"pooling"', '"poolinG"')), 'lacks a field'],
  [
    'a huge network',
    () => withHeader((text) => text.replace('"channels":4', '"channels":1e9')),
    'lacks a field',
  ],
  ['a newer version', () => withHeader((text) => text.replace('"version":1', '"version":9')), 'of version 9'],
  ['a cut end', () => aFile().slice(0, -8), 'were expected'],
  [
    'numbers that are none',
    () => {
      const file = aFile()
      new DataView(file.buffer).setFloat32(file.length - 4, Number.NaN, true)
      return file
    },
    'not finite',
  ],
])('%s is refused with its reason', (_name, bytes, reason) => {
  expect(() => readClassifier(bytes() as Uint8Array<ArrayBuffer>)).toThrow(
    expect.objectContaining({
      code: 'model/incompatible',
      message: expect.stringContaining(reason) as unknown,
    }),
  )
})
