/**
 * IEEE 754 half precision as bits in a Uint16Array: how features are cached and sent to the trainer.
 * Written out because `Float16Array` is not yet everywhere that a tab runs.
 */

const floatView = new Float32Array(1)
const bitsView = new Uint32Array(floatView.buffer)

/** Nearest half, ties to even. Above 65504 becomes infinity, below 2^-25 zero; NaN stays NaN. */
export function halfBits(value: number): number {
  floatView[0] = value
  const bits = bitsView[0]!
  const sign = (bits >>> 16) & 0x8000
  const magnitude = bits & 0x7fffffff
  if (magnitude > 0x7f800000) return sign | 0x7e00
  if (magnitude >= 0x477ff000) return sign | 0x7c00 // 65520 and more round to infinity
  if (magnitude >= 0x38800000) {
    // Normal half: shift the exponent's bias from 127 to 15 and round 13 fraction bits away.
    const rebased = magnitude - 0x38000000
    return sign | roundShift(rebased, 13)
  }
  if (magnitude < 0x33000000) return sign // below 2^-25
  // Subnormal half: the implicit 1 becomes a fraction bit, in units of 2^-24.
  const exponent = magnitude >>> 23
  const fraction = (magnitude & 0x7fffff) | 0x800000
  return sign | roundShift(fraction, 126 - exponent)
}

/** value / 2^shift, to the nearest integer, ties to even. */
function roundShift(value: number, shift: number): number {
  const kept = value >>> shift
  const rest = value & ((1 << shift) - 1)
  const half = 1 << (shift - 1)
  return rest > half || (rest === half && (kept & 1) === 1) ? kept + 1 : kept
}

export function halfValue(bits: number): number {
  const sign = (bits & 0x8000) === 0 ? 1 : -1
  const exponent = (bits >>> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : Number.NaN
  return sign * (1024 + fraction) * 2 ** (exponent - 25)
}

export function encodeHalf(values: ArrayLike<number>): Uint16Array<ArrayBuffer> {
  const bits = new Uint16Array(values.length)
  for (let i = 0; i < values.length; i++) bits[i] = halfBits(values[i]!)
  return bits
}

let table: Float32Array | null = null

/** All 65536 halves are looked up: training decodes millions of them. */
export function decodeHalf(bits: Uint16Array): Float32Array<ArrayBuffer> {
  table ??= Float32Array.from({ length: 65536 }, (_, i) => halfValue(i))
  const values = new Float32Array(bits.length)
  for (let i = 0; i < bits.length; i++) values[i] = table[bits[i]!]!
  return values
}
