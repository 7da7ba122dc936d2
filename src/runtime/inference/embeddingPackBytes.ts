import { elementTypeOf, type AnyTensor } from '../../nn/onnx/session'
import type { Embedding } from '../../nn/onnx/promptable/promptableModel'

/**
 * What an encoder saw as one run of bytes, little endian: magic, total bytes, length of the header (3 x uint32), the
 * header as JSON (name, type and shape of every tensor) padded with spaces to a multiple of 8, then the tensors' bytes,
 * each padded with zeros to a multiple of 8. Values are kept as they are: an answer does not depend on whether its
 * embedding was just computed or came from the disk.
 */
const MAGIC = 0x3145574d // "MWE1"
const PREFIX_BYTES = 12

interface TensorHeader {
  readonly name: string
  readonly type: ReturnType<typeof elementTypeOf>
  readonly dims: readonly number[]
}

const BYTES_PER_VALUE = { float32: 4, int64: 8, int32: 4, uint8: 1, bool: 1 } as const

const padded = (bytes: number): number => Math.ceil(bytes / 8) * 8

export function encodeEmbedding(embedding: Embedding): Uint8Array<ArrayBuffer> {
  const tensors = Object.entries(embedding)
  const headers = tensors.map(
    ([name, tensor]): TensorHeader => ({ name, type: elementTypeOf(tensor), dims: tensor.dims }),
  )
  const json = new TextEncoder().encode(JSON.stringify(headers))
  const headerBytes = padded(PREFIX_BYTES + json.length) - PREFIX_BYTES
  const total = tensors.reduce(
    (sum, [, { data }]) => sum + padded(data.byteLength),
    PREFIX_BYTES + headerBytes,
  )
  const bytes = new Uint8Array(total)
  const view = new DataView(bytes.buffer)
  for (const [i, word] of [MAGIC, total, headerBytes].entries()) view.setUint32(4 * i, word, true)
  bytes.fill(0x20, PREFIX_BYTES, PREFIX_BYTES + headerBytes)
  bytes.set(json, PREFIX_BYTES)
  let at = PREFIX_BYTES + headerBytes
  for (const [, { data }] of tensors) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at)
    at += padded(data.byteLength)
  }
  return bytes
}

/** Null for bytes that are not a whole embedding: a write that a closing tab cut short. */
export function decodeEmbedding(bytes: Uint8Array<ArrayBuffer>): Embedding | null {
  if (bytes.byteLength < PREFIX_BYTES) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const headerBytes = view.getUint32(8, true)
  const start = PREFIX_BYTES + headerBytes
  if (view.getUint32(0, true) !== MAGIC || view.getUint32(4, true) !== bytes.byteLength) return null
  if (start > bytes.byteLength) return null
  const headers = readHeaders(bytes.subarray(PREFIX_BYTES, start))
  if (headers === null) return null
  const embedding: Record<string, AnyTensor> = {}
  let at = start
  for (const { name, type, dims } of headers) {
    const length = dims.reduce((product, dim) => product * dim, 1) * BYTES_PER_VALUE[type]
    if (!(at + padded(length) <= bytes.byteLength)) return null
    embedding[name] = tensorFrom(type, bytes.slice(at, at + length).buffer, dims)
    at += padded(length)
  }
  return at === bytes.byteLength ? embedding : null
}

function readHeaders(json: Uint8Array): readonly TensorHeader[] | null {
  let headers: unknown
  try {
    headers = JSON.parse(new TextDecoder().decode(json))
  } catch {
    return null // damaged: a miss like any other
  }
  if (!Array.isArray(headers)) return null
  const isHeader = ({ name, type, dims }: Partial<TensorHeader>): boolean =>
    typeof name === 'string' &&
    type !== undefined &&
    Object.hasOwn(BYTES_PER_VALUE, type) &&
    Array.isArray(dims) &&
    dims.every((dim) => Number.isInteger(dim) && dim >= 0)
  return headers.every((header) => header !== null && isHeader(header as Partial<TensorHeader>))
    ? (headers as TensorHeader[])
    : null
}

function tensorFrom(type: TensorHeader['type'], buffer: ArrayBuffer, dims: readonly number[]): AnyTensor {
  switch (type) {
    case 'float32':
      return { data: new Float32Array(buffer), dims }
    case 'int64':
      return { type, data: new BigInt64Array(buffer), dims }
    case 'int32':
      return { type, data: new Int32Array(buffer), dims }
    case 'uint8':
    case 'bool':
      return { type, data: new Uint8Array(buffer), dims }
  }
}
