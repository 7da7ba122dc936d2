import { AppError } from '../../core/errors'
import { fingerprint } from '../../core/fingerprint'
import type { FeatureLevel } from '../../ml/training'
import type { LevelStandard, ParameterSpec } from '../students/student'
import { layOut } from '../train/flatParameters'
import { buildClassifier, type ClassifierNetwork, type ClassifierShape } from './classifierNetwork'
import type { Pooling } from './poolClassMaps'

/**
 * A trained classifier in bytes, little-endian:
 *
 *   0   "MASKWCAM"
 *   8   format version, then the header's length in bytes: two unsigned 32-bit numbers
 *   16  fingerprint of all other bytes, 16 ASCII characters
 *   32  header: JSON in UTF-8 (classCount, levels, channels, pooling), filled up with spaces to a multiple of 4
 *       then float32: the weights and the running statistics in the order of the network's lists, then mean and standard
 *       deviation of every channel of every level
 */
export interface StoredClassifier extends ClassifierShape {
  readonly pooling: Pooling
  /** Weights and statistics by name. */
  readonly values: ReadonlyMap<string, Float32Array>
  readonly standards: readonly LevelStandard[]
}

const MAGIC = 'MASKWCAM'
const VERSION = 1
const FINGERPRINT_AT = 16
const HEADER_AT = 32
/** More than any backbone has; bounds what a header can ask for. */
const LIMITS = { classes: 254, levels: 32, stride: 256, levelChannels: 8192, channels: 1024 } as const

export function writeClassifier(classifier: StoredClassifier): Uint8Array<ArrayBuffer> {
  const { classCount, levels, channels, pooling, values, standards } = classifier
  const header = {
    classCount,
    levels: levels.map(({ stride, channels: count }) => ({ stride, channels: count })),
    channels,
    pooling,
  }
  const text = new TextEncoder().encode(JSON.stringify(header))
  const headerBytes = Math.ceil(text.length / 4) * 4
  const parts = [
    ...specsOf(buildClassifier(classifier)).map(({ name }) => values.get(name)!),
    ...standards.flatMap(({ mean, std }) => [mean, std]),
  ]
  const count = parts.reduce((sum, { length }) => sum + length, 0)
  const bytes = new Uint8Array(HEADER_AT + headerBytes + 4 * count)
  const view = new DataView(bytes.buffer)
  bytes.set(new TextEncoder().encode(MAGIC))
  view.setUint32(8, VERSION, true)
  view.setUint32(12, headerBytes, true)
  bytes.fill(0x20, HEADER_AT, HEADER_AT + headerBytes)
  bytes.set(text, HEADER_AT)
  let at = HEADER_AT + headerBytes
  for (const part of parts) {
    new Float32Array(bytes.buffer, at, part.length).set(part)
    at += 4 * part.length
  }
  bytes.set(new TextEncoder().encode(nameOf(bytes)), FINGERPRINT_AT)
  return bytes
}

/** Throws `model/incompatible` that says what is wrong with bytes that are no classifier of this release. */
export function readClassifier(
  stored: Uint8Array,
): StoredClassifier & { readonly network: ClassifierNetwork } {
  // Views of 32-bit numbers need an aligned start, and the result shall not hang on the caller's buffer.
  const bytes = stored.slice()
  const ascii = (from: number, to: number): string => String.fromCharCode(...bytes.subarray(from, to))
  if (bytes.length < HEADER_AT || ascii(0, 8) !== MAGIC) throw unusable('it is not one')
  const view = new DataView(bytes.buffer)
  const version = view.getUint32(8, true)
  if (version !== VERSION)
    throw unusable(`its format is version ${version}, this release reads version ${VERSION}`)
  if (ascii(FINGERPRINT_AT, HEADER_AT) !== nameOf(bytes)) throw unusable('it is damaged')
  const headerBytes = view.getUint32(12, true)
  if (headerBytes % 4 !== 0 || HEADER_AT + headerBytes > bytes.length)
    throw unusable('its header is cut short')
  const shape = readHeader(bytes.subarray(HEADER_AT, HEADER_AT + headerBytes))
  const network = buildClassifier(shape)
  const specs = specsOf(network)
  const weightCount = layOut(specs).size
  const standardCount = shape.levels.reduce((sum, level) => sum + 2 * level.channels, 0)
  let at = HEADER_AT + headerBytes
  const expected = at + 4 * (weightCount + standardCount)
  if (bytes.length !== expected) throw unusable(`it has ${bytes.length} bytes, its header needs ${expected}`)
  const take = (name: string, count: number): Float32Array => {
    const part = new Float32Array(bytes.buffer, at, count)
    at += 4 * count
    if (!part.every((value) => Number.isFinite(value))) throw unusable(`"${name}" holds what is no number`)
    return part
  }
  const values = new Map(
    specs.map(({ name, shape: dims }) => [
      name,
      take(
        name,
        dims.reduce((a, b) => a * b, 1),
      ),
    ]),
  )
  const standards = shape.levels.map(({ channels }, level) => {
    const mean = take(`mean of level ${level}`, channels)
    const std = take(`standard deviation of level ${level}`, channels)
    if (!std.every((value) => value > 0))
      throw unusable(`a standard deviation of level ${level} is not positive`)
    return { mean, std }
  })
  return { ...shape, values, standards, network }
}

function specsOf(network: ClassifierNetwork): readonly ParameterSpec[] {
  return [...network.parameters, ...network.statistics]
}

function readHeader(bytes: Uint8Array): ClassifierShape & { readonly pooling: Pooling } {
  let header: unknown
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw unusable('its header is no JSON')
  }
  if (typeof header !== 'object' || header === null) throw unusable('its header is no object')
  const { classCount, levels, channels, pooling } = header as Readonly<Record<string, unknown>>
  if (pooling !== 'top' && pooling !== 'mean') throw unusable(`"pooling" is ${JSON.stringify(pooling)}`)
  if (!Array.isArray(levels) || levels.length === 0 || levels.length > LIMITS.levels)
    throw unusable('"levels" is no list of feature levels')
  return {
    classCount: wholeNumber('classCount', classCount, LIMITS.classes),
    channels: wholeNumber('channels', channels, LIMITS.channels),
    levels: checkedStrides(levels.map(readLevel)),
    pooling,
  }
}

function readLevel(level: unknown, index: number): FeatureLevel {
  if (typeof level !== 'object' || level === null) throw unusable(`level ${index} is no object`)
  const { stride, channels } = level as Readonly<Record<string, unknown>>
  return {
    stride: wholeNumber(`levels[${index}].stride`, stride, LIMITS.stride),
    channels: wholeNumber(`levels[${index}].channels`, channels, LIMITS.levelChannels),
  }
}

function checkedStrides(levels: readonly FeatureLevel[]): readonly FeatureLevel[] {
  const strides = levels.map(({ stride }) => stride)
  const areOne = strides.every((stride) => stride === strides[0])
  const areDoubling = strides.slice(1).every((stride, i) => stride === 2 * strides[i]!)
  if (!areOne && !areDoubling) throw unusable(`its strides ${strides.join()} neither double nor are one`)
  return levels
}

function wholeNumber(name: string, value: unknown, most: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > most)
    throw unusable(`"${name}" is ${JSON.stringify(value)}, not a whole number from 1 to ${most}`)
  return value
}

function nameOf(bytes: Uint8Array): string {
  return fingerprint([bytes.subarray(0, FINGERPRINT_AT), bytes.subarray(HEADER_AT)])
}

function unusable(reason: string): AppError {
  return new AppError('model/incompatible', `the classifier cannot be used: ${reason}`)
}
