import { address, whole } from './arguments'
import { PANEL } from './gemm'
import { madd, splat } from './simd'
import { P, P2, paddedTo8, Q, Q2, SIDE, VALUES } from './winogradFrame'

/** 1 / the product of a point's distances to the other points: rows of G. */
const ROW_0: f32 = 1 / (P2 * Q2)
const ROW_P: f32 = 1 / (2 * P2 * (P2 - Q2))
const ROW_Q: f32 = 1 / (2 * Q2 * (Q2 - P2))

/** Three values times G. */
@inline
function storeWeight(g0: v128, g1: v128, g2: v128, to: usize, step: usize): void {
  v128.store(to, f32x4.mul(g0, splat(ROW_0)))
  v128.store(to + 5 * step, g2)
  const evenP = f32x4.mul(madd(g2, splat(P2), g0), splat(ROW_P))
  const oddP = f32x4.mul(g1, splat(P * ROW_P))
  v128.store(to + step, f32x4.add(evenP, oddP))
  v128.store(to + 2 * step, f32x4.sub(evenP, oddP))
  const evenQ = f32x4.mul(madd(g2, splat(Q2), g0), splat(ROW_Q))
  const oddQ = f32x4.mul(g1, splat(Q * ROW_Q))
  v128.store(to + 3 * step, f32x4.add(evenQ, oddQ))
  v128.store(to + 4 * step, f32x4.sub(evenQ, oddQ))
}

/**
 * G g G' of all pairs of channels, packed for `multiply`: (36, ceil(outputs / 8), inputs, 8). Element (a, b, i, o) of the
 * kernel lies at a rowStride + b columnStride + i inputStride + o outputStride floats, so that the rotated, channel-swapped
 * kernel of the input gradient is the same memory seen differently. A task is one input channel; each thread's scratch
 * holds 18 vectors.
 */
export function winogradWeights(task: i32, thread: i32, args: usize): void {
  const source = address(args, 0) + (<usize>(task * whole(args, 6)) << 2)
  const target = address(args, 1) + (<usize>(task * PANEL) << 2)
  const inputs = whole(args, 2)
  const outputs = whole(args, 3)
  const rowBytes = <usize>whole(args, 4) << 2
  const columnBytes = <usize>whole(args, 5) << 2
  const outputBytes = <usize>whole(args, 7) << 2
  const temporary = address(args, 8) + (<usize>(thread * 18) << 4)
  const panelBytes = <usize>(inputs * PANEL) << 2
  const padded = paddedTo8(outputs)
  const valueBytes = <usize>(inputs * padded) << 2
  for (let o = 0; o < padded; o += 4) {
    const to = target + <usize>(o >> 3) * panelBytes + (<usize>(o & 4) << 2)
    if (o >= outputs) {
      for (let v = 0; v < VALUES; v++) v128.store(to + <usize>v * valueBytes, splat(0))
      continue
    }
    const from = source + <usize>o * outputBytes
    for (let b = <usize>0; b < 3; b++) {
      const column = from + b * columnBytes
      storeWeight(
        gather(column, outputBytes),
        gather(column + rowBytes, outputBytes),
        gather(column + 2 * rowBytes, outputBytes),
        temporary + (b << 4),
        48,
      )
    }
    for (let i = <usize>0; i < 6; i++) {
      const row = temporary + 48 * i
      storeWeight(v128.load(row), v128.load(row, 16), v128.load(row, 32), to + 6 * i * valueBytes, valueBytes)
    }
  }
}

@inline
function gather(from: usize, stride: usize): v128 {
  if (stride === 4) return v128.load(from)
  let value = v128.load32_zero(from)
  value = f32x4.replace_lane(value, 1, f32.load(from + stride))
  value = f32x4.replace_lane(value, 2, f32.load(from + 2 * stride))
  return f32x4.replace_lane(value, 3, f32.load(from + 3 * stride))
}

/** Six values times G', the three results 16 bytes apart in steps of `step`. */
@inline
function storeWeightGradient(
  m0: v128,
  m1: v128,
  m2: v128,
  m3: v128,
  m4: v128,
  m5: v128,
  to: usize,
  step: usize,
): void {
  const sumP = f32x4.mul(f32x4.add(m1, m2), splat(ROW_P))
  const gapP = f32x4.mul(f32x4.sub(m1, m2), splat(P * ROW_P))
  const sumQ = f32x4.mul(f32x4.add(m3, m4), splat(ROW_Q))
  const gapQ = f32x4.mul(f32x4.sub(m3, m4), splat(Q * ROW_Q))
  v128.store(to, madd(m0, splat(ROW_0), f32x4.add(sumP, sumQ)))
  v128.store(to + step, f32x4.add(gapP, gapQ))
  v128.store(to + 2 * step, madd(sumP, splat(P2), madd(sumQ, splat(Q2), m5)))
}

/**
 * G' s G of the summed parts, (parts, 36, inputs, padded) -> dw (3, 3, inputs, outputs). A task is one input channel;
 * each thread's scratch holds 18 vectors.
 */
export function winogradWeightGradient(task: i32, thread: i32, args: usize): void {
  const parts = whole(args, 3)
  const inputs = whole(args, 4)
  const outputs = whole(args, 5)
  const padded = paddedTo8(outputs)
  const valueBytes = <usize>(inputs * padded) << 2
  const sums = address(args, 0) + (<usize>(task * padded) << 2)
  const dw = address(args, 1) + (<usize>(task * outputs) << 2)
  const temporary = address(args, 2) + (<usize>(thread * 18) << 4)
  const tapBytes = <usize>(inputs * outputs) << 2
  for (let o = 0; o < outputs; o += 4) {
    const from = sums + (<usize>o << 2)
    for (let j = 0; j < SIDE; j++) {
      storeWeightGradient(
        sumAt(from, valueBytes, parts, j),
        sumAt(from, valueBytes, parts, SIDE + j),
        sumAt(from, valueBytes, parts, 2 * SIDE + j),
        sumAt(from, valueBytes, parts, 3 * SIDE + j),
        sumAt(from, valueBytes, parts, 4 * SIDE + j),
        sumAt(from, valueBytes, parts, 5 * SIDE + j),
        temporary + (<usize>j << 4),
        96,
      )
    }
    for (let a = <usize>0; a < 3; a++) {
      const row = temporary + 96 * a
      storeWeightGradient(
        v128.load(row),
        v128.load(row, 16),
        v128.load(row, 32),
        v128.load(row, 48),
        v128.load(row, 64),
        v128.load(row, 80),
        dw + 3 * a * tapBytes + (<usize>o << 2),
        tapBytes,
      )
    }
  }
}

function sumAt(from: usize, valueBytes: usize, parts: i32, value: i32): v128 {
  let at = from + <usize>value * valueBytes
  let sum = v128.load(at)
  for (let part = 1; part < parts; part++) {
    at += <usize>VALUES * valueBytes
    sum = f32x4.add(sum, v128.load(at))
  }
  return sum
}
