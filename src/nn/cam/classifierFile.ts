import { AppError } from '../../core/errors'
import type { FeatureLevel } from '../../ml/training'
import type { LevelStandard } from '../students/student'
import { buildClassifier, type ClassifierNetwork } from './classifierNetwork'
import type { Pooling } from './pooling'

/** A trained classifier out of its file. */
export interface OpenedClassifier {
  readonly network: ClassifierNetwork
  readonly levels: readonly FeatureLevel[]
  readonly classCount: number
  readonly pooling: Pooling
  readonly standards: readonly LevelStandard[]
  /** Parameters and running statistics by name. */
  readonly values: ReadonlyMap<string, Float32Array>
}

/**
 * The file: the magic, the header's length (uint32, little-endian), the header as JSON padded with spaces to a multiple of
 * four bytes, then float32 (little-endian): mean and std of each level, every parameter, every statistic, in the
 * network's order.
 */
const MAGIC = 'MWDFC001'
const VERSION = 1

interface Header {
  readonly version: number
  readonly levels: readonly FeatureLevel[]
  readonly classCount: number
  readonly channels: number
  readonly pooling: Pooling
}

export function writeClassifier(
  facts: Omit<Header, 'version'>,
  standards: readonly LevelStandard[],
  values: ReadonlyMap<string, Float32Array>,
): Uint8Array<ArrayBuffer> {
  const network = buildClassifier(facts.levels, facts.classCount, facts.channels)
  const parts = [
    ...standards.flatMap(({ mean, std }) => [mean, std]),
    ...[...network.parameters, ...network.statistics].map(({ name }) => values.get(name)!),
  ]
  const header: Header = { version: VERSION, ...facts }
  const json = JSON.stringify(header)
  const text = new TextEncoder().encode(json.padEnd(Math.ceil(json.length / 4) * 4))
  const floats = parts.reduce((sum, part) => sum + part.length, 0)
  const start = MAGIC.length + 4
  const bytes = new Uint8Array(start + text.length + 4 * floats)
  bytes.set(new TextEncoder().encode(MAGIC))
  new DataView(bytes.buffer).setUint32(MAGIC.length, text.length, true)
  bytes.set(text, start)
  let at = start + text.length
  for (const part of parts) {
    bytes.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), at)
    at += part.byteLength
  }
  return bytes
}

/** Throws `model/incompatible` naming what is wrong; hostile bytes cost no more than their own length. */
export function readClassifier(bytes: Uint8Array<ArrayBuffer>): OpenedClassifier {
  const start = MAGIC.length + 4
  const isOurs = bytes.length > start && new TextDecoder().decode(bytes.subarray(0, MAGIC.length)) === MAGIC
  if (!isOurs) throw refusal('it is no classifier of this app')
  const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(MAGIC.length, true)
  if (length % 4 !== 0 || start + length > bytes.length) throw refusal('its header is cut off')
  const { levels, classCount, channels, pooling } = readHeader(bytes.subarray(start, start + length))
  const network = buildClassifier(levels, classCount, channels)
  const specs = [...network.parameters, ...network.statistics]
  const countOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1)
  const standardCount = levels.reduce((sum, level) => sum + 2 * level.channels, 0)
  const wanted = standardCount + specs.reduce((sum, { shape }) => sum + countOf(shape), 0)
  const given = (bytes.length - start - length) / 4
  if (given !== wanted) throw refusal(`it holds ${given} numbers, ${wanted} were expected`)
  const floats = new Float32Array(bytes.slice(start + length).buffer)
  if (!floats.every(Number.isFinite)) throw refusal('it holds numbers that are not finite')
  let at = 0
  const take = (count: number): Float32Array => floats.subarray(at, (at += count))
  const standards = levels.map((level) => ({ mean: take(level.channels), std: take(level.channels) }))
  const values = new Map(specs.map(({ name, shape }) => [name, take(countOf(shape))]))
  return { network, levels, classCount, pooling, standards, values }
}

function readHeader(text: Uint8Array): Header {
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(text))
  } catch (cause) {
    throw refusal('its header is not readable', cause)
  }
  if (!isHeader(json)) throw refusal('its header lacks a field')
  if (json.version !== VERSION) throw refusal(`it is of version ${json.version}, this app reads ${VERSION}`)
  return json
}

function isHeader(json: unknown): json is Header {
  if (typeof json !== 'object' || json === null) return false
  const { version, levels, classCount, channels, pooling } = json as { readonly [name: string]: unknown }
  const isCount = (value: unknown, most: number): boolean =>
    Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most
  const isLevel = (level: unknown): boolean =>
    typeof level === 'object' &&
    level !== null &&
    isCount((level as FeatureLevel).stride, 64) &&
    isCount((level as FeatureLevel).channels, 4096)
  return (
    typeof version === 'number' &&
    Array.isArray(levels) &&
    levels.length >= 1 &&
    levels.length <= 16 &&
    levels.every(isLevel) &&
    levels.every(({ stride }) => stride % levels[0].stride === 0) &&
    isCount(classCount, 254) &&
    isCount(channels, 1024) &&
    (pooling === 'mean' || pooling === 'top')
  )
}

function refusal(reason: string, cause?: unknown): AppError {
  return new AppError('model/incompatible', `the classifier cannot be opened: ${reason}`, { cause })
}
