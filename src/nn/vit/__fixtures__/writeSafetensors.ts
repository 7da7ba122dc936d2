import { encodeHalf } from '../../../ml/float16'

export interface WrittenTensor {
  readonly name: string
  readonly shape: readonly number[]
  readonly values: Float32Array
}

/** A safetensors file, tensors one after the other. BF16 keeps the upper half of each single. */
export function writeSafetensors(
  tensors: readonly WrittenTensor[],
  dtype: 'F32' | 'F16' | 'BF16' = 'F32',
): Uint8Array<ArrayBuffer> {
  const parts = tensors.map(({ values }) => encode(values, dtype))
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } }
  let at = 0
  tensors.forEach(({ name, shape }, i) => {
    const end = at + parts[i]!.byteLength
    header[name] = { dtype, shape, data_offsets: [at, end] }
    at = end
  })
  return safetensorsOf(header, parts)
}

/** A header, however wrong, and the bytes after it. */
export function safetensorsOf(header: unknown, parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const json = new TextEncoder().encode(JSON.stringify(header))
  const size = parts.reduce((sum, { length }) => sum + length, 0)
  const out = new Uint8Array(8 + json.length + size)
  new DataView(out.buffer).setBigUint64(0, BigInt(json.length), true)
  out.set(json, 8)
  let at = 8 + json.length
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

function encode(values: Float32Array, dtype: 'F32' | 'F16' | 'BF16'): Uint8Array {
  if (dtype === 'F32') return new Uint8Array(values.slice().buffer)
  if (dtype === 'F16') return new Uint8Array(encodeHalf(values).buffer)
  const bits = new Uint32Array(values.slice().buffer)
  return new Uint8Array(Uint16Array.from(bits, (value) => value >>> 16).buffer)
}
