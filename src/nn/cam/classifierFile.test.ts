import { describe, expect, test } from 'vitest'
import { AppError } from '../../core/errors'
import { fingerprint } from '../../core/fingerprint'
import { initialValues, layOut, nameValues } from '../train/flatParameters'
import { readClassifier, writeClassifier, type StoredClassifier } from './classifierFile'
import { buildClassifier } from './classifierNetwork'

const shape = {
  classCount: 3,
  levels: [
    { stride: 8, channels: 4 },
    { stride: 16, channels: 5 },
  ],
  channels: 8,
}
const network = buildClassifier(shape)
const drawn = (specs: Parameters<typeof layOut>[0]) =>
  nameValues(layOut(specs), initialValues(layOut(specs), 9))
const classifier: StoredClassifier = {
  ...shape,
  pooling: 'mean',
  values: new Map([...drawn(network.parameters), ...drawn(network.statistics)]),
  standards: shape.levels.map(({ channels }) => ({
    mean: Float32Array.from({ length: channels }, (_, c) => c - 1),
    std: Float32Array.from({ length: channels }, (_, c) => c + 1),
  })),
}

/** The file with something changed and its fingerprint made right again: the reader has to look itself. */
function forged(change: (bytes: Uint8Array, view: DataView) => void): Uint8Array {
  const bytes = writeClassifier(classifier)
  change(bytes, new DataView(bytes.buffer))
  const name = fingerprint([bytes.subarray(0, 16), bytes.subarray(32)])
  bytes.set(new TextEncoder().encode(name), 16)
  return bytes
}
/** The same file with another header. */
function withHeader(header: unknown): Uint8Array {
  const bytes = writeClassifier(classifier)
  const length = new DataView(bytes.buffer).getUint32(12, true)
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header))
  const padded = Math.ceil(text.length / 4) * 4
  const next = new Uint8Array(bytes.length - length + padded).fill(0x20, 32, 32 + padded)
  next.set(bytes.subarray(0, 32))
  next.set(text, 32)
  next.set(bytes.subarray(32 + length), 32 + padded)
  new DataView(next.buffer).setUint32(12, padded, true)
  next.set(new TextEncoder().encode(fingerprint([next.subarray(0, 16), next.subarray(32)])), 16)
  return next
}

/** Why the bytes are refused; other errors than `model/incompatible` pass through. */
function refusal(bytes: Uint8Array): string {
  try {
    readClassifier(bytes)
  } catch (error) {
    if (error instanceof AppError && error.code === 'model/incompatible') return error.message
    throw error
  }
  return 'it was read'
}

describe('the file of a classifier', () => {
  test('gives back what was written, also from a place that is not aligned', () => {
    const bytes = writeClassifier(classifier)
    const shifted = new Uint8Array(bytes.length + 1)
    shifted.set(bytes, 1)
    const read = readClassifier(shifted.subarray(1))
    expect({ ...read, network: undefined }).toEqual({ ...classifier, network: undefined })
  })

  test('other bytes, damaged ones and other versions are refused with the reason', () => {
    const bytes = writeClassifier(classifier)
    expect(refusal(new Uint8Array(0))).toContain('not one')
    expect(refusal(new TextEncoder().encode('MASKWCAM'))).toContain('not one')
    expect(refusal(new Uint8Array(1000))).toContain('not one')
    expect(refusal(bytes.map((byte, i) => (i === 200 ? byte ^ 1 : byte)))).toContain('damaged')
    expect(refusal(bytes.subarray(0, bytes.length - 4))).toContain('damaged')
    expect(refusal(forged((_, view) => view.setUint32(8, 2, true)))).toContain('version 2')
  })

  test('hostile bytes under a right fingerprint are refused with what is wrong', () => {
    const header = { ...shape, pooling: 'mean' }
    expect(refusal(forged((_, view) => view.setUint32(12, 0xfffffffc, true)))).toContain('cut short')
    expect(refusal(withHeader('{"classCount"'))).toContain('no JSON')
    expect(refusal(withHeader('null'))).toContain('no object')
    expect(refusal(withHeader({ ...header, pooling: 'max' }))).toContain('"pooling" is "max"')
    expect(refusal(withHeader({ ...header, classCount: 1e9 }))).toContain('"classCount" is 1000000000')
    expect(refusal(withHeader({ ...header, channels: 1.5 }))).toContain('"channels" is 1.5')
    expect(refusal(withHeader({ ...header, levels: {} }))).toContain('"levels"')
    expect(refusal(withHeader({ ...header, levels: [3] }))).toContain('level 0')
    expect(refusal(withHeader({ ...header, levels: [{ stride: 8, channels: 0 }] }))).toContain(
      'levels[0].channels',
    )
    const tripling = [8, 24].map((stride) => ({ stride, channels: 4 }))
    expect(refusal(withHeader({ ...header, levels: tripling }))).toContain('8,24')
    expect(refusal(withHeader({ ...header, classCount: 4 }))).toContain('its header needs')
  })

  test('weights that are no numbers are refused by name', () => {
    const at = (bytes: Uint8Array): number => 32 + new DataView(bytes.buffer).getUint32(12, true)
    expect(refusal(forged((bytes, view) => view.setFloat32(at(bytes), NaN, true)))).toContain('level8.kernel')
    expect(refusal(forged((bytes, view) => view.setFloat32(bytes.length - 4, 0, true)))).toContain(
      'not positive',
    )
  })
})
