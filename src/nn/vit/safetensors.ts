import { decodeHalf } from '../../ml/float16'
import { WeightsFault } from './weightsFault'
import type { StoredTensor } from './weightSource'

/** The format's own limit on its header. */
const MAX_HEADER_BYTES = 100_000_000
const LENGTH_BYTES = 8

/** Bytes of one value, and what turns them into floats. Other types (I64, F8, ...) are refused when they are read. */
const DECODERS: {
  readonly [type: string]: { readonly bytes: number; decode(data: ArrayBuffer): Float32Array<ArrayBuffer> }
} = {
  F32: { bytes: 4, decode: (data) => new Float32Array(data) },
  F16: { bytes: 2, decode: (data) => decodeHalf(new Uint16Array(data)) },
  // The upper half of a single.
  BF16: {
    bytes: 2,
    decode: (data) =>
      new Float32Array(Uint32Array.from(new Uint16Array(data), (bits) => bits * 65536).buffer),
  },
}

/**
 * A safetensors file: eight bytes of header length, the header as JSON (name -> dtype, shape, data_offsets), the values.
 * https://github.com/huggingface/safetensors. Every length is checked against the file. Throws `WeightsFault`.
 */
export function readSafetensors(file: Uint8Array): ReadonlyMap<string, StoredTensor> {
  if (file.length < LENGTH_BYTES) throw new WeightsFault('it is no safetensors file')
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const headerBytes = Number(view.getBigUint64(0, true))
  if (headerBytes > MAX_HEADER_BYTES || LENGTH_BYTES + headerBytes > file.length) {
    throw new WeightsFault('it is no safetensors file, or it is truncated')
  }
  const header = parseHeader(file.subarray(LENGTH_BYTES, LENGTH_BYTES + headerBytes))
  const data = file.subarray(LENGTH_BYTES + headerBytes)
  const tensors = new Map<string, StoredTensor>()
  for (const [name, entry] of Object.entries(header)) {
    if (name !== '__metadata__') tensors.set(name, storedTensor(name, entry, data))
  }
  return tensors
}

function parseHeader(bytes: Uint8Array): object {
  let header: unknown
  try {
    header = JSON.parse(new TextDecoder().decode(bytes))
  } catch (cause) {
    throw new WeightsFault('it is no safetensors file: its header is not JSON', { cause })
  }
  if (typeof header !== 'object' || header === null) throw new WeightsFault('its header lists no tensors')
  return header
}

function storedTensor(name: string, entry: unknown, data: Uint8Array): StoredTensor {
  const { dtype, shape, data_offsets: offsets } = Object(entry) as { readonly [key: string]: unknown }
  if (
    typeof dtype !== 'string' ||
    !isWholeNumbers(shape) ||
    !isWholeNumbers(offsets) ||
    offsets.length !== 2
  ) {
    throw new WeightsFault(`the header says nothing usable about "${name}"`)
  }
  const [from, to] = offsets as [number, number]
  if (to < from || to > data.length) throw new WeightsFault(`"${name}" ends beyond the file; it is truncated`)
  const floats = (): Float32Array<ArrayBuffer> => {
    const decoder = Object.hasOwn(DECODERS, dtype) ? DECODERS[dtype] : undefined
    if (decoder === undefined) throw new WeightsFault(`"${name}" is ${dtype}; F32, F16 and BF16 are read`)
    const count = shape.reduce((a, b) => a * b, 1)
    if (count * decoder.bytes !== to - from) {
      throw new WeightsFault(`"${name}" of shape ${shape.join(' x ')} has ${to - from} bytes`)
    }
    return decoder.decode(data.slice(from, to).buffer)
  }
  return { dims: shape, floats }
}

function isWholeNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0)
}
