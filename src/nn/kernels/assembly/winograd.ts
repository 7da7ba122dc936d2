import { address, whole } from './arguments'
import { addOuterProducts, multiply, PANEL } from './gemm'
import { madd, splat } from './simd'

/**
 * Convolutions 3x3, stride 1, zero padding 1, by Winograd's minimal filtering F(4x4, 3x3) (Lavin and Gray 2016): a tile of
 * 4 x 4 outputs is seen through 6 x 6 inputs, and in the transformed frame each of the 36 values needs one product instead
 * of 9 for each of 16 outputs: a quarter of the multiplications.
 *
 *   forward          Y = A' [(G g G') . (B' d B)] A
 *   weight gradient  dg = G' [sum over tiles (B' d B) . (A dY A')] G, the adjoint of the same formula
 *
 * The interpolation points are 0, +-P, +-Q and infinity. Lavin and Gray take 1 and 2; with 11/16 and 11/8 the rounding
 * error of 48 channels is half as large (8e-7 of the outputs' spread, 4e-7 without the transform), and both are exact.
 */
const SIDE: i32 = 6
const VALUES: i32 = 36
const OUT: i32 = 4
/** Tiles that are transformed, multiplied and transformed back together; their values stay in the second-level cache. */
const TILES: i32 = 24

const P: f32 = 0.6875
const Q: f32 = 1.375
const P2: f32 = P * P
const Q2: f32 = Q * Q
/** 1 / the product of a point's distances to the other points: rows of G. */
const ROW_0: f32 = 1 / (P2 * Q2)
const ROW_P: f32 = 1 / (2 * P2 * (P2 - Q2))
const ROW_Q: f32 = 1 / (2 * Q2 * (Q2 - P2))

@inline
function paddedTo8(channels: i32): i32 {
  return (channels + PANEL - 1) & ~(PANEL - 1)
}

/** Six values times B', `step` bytes apart from `to` on. */
@inline
function storeInput(d0: v128, d1: v128, d2: v128, d3: v128, d4: v128, d5: v128, to: usize, step: usize): void {
  const product = splat(P2 * Q2)
  const sum = splat(-(P2 + Q2))
  v128.store(to, madd(d0, product, madd(d2, sum, d4)))
  v128.store(to + 5 * step, madd(d1, product, madd(d3, sum, d5)))
  const evenP = madd(d2, splat(-Q2), d4)
  const oddP = f32x4.mul(madd(d1, splat(-Q2), d3), splat(P))
  v128.store(to + step, f32x4.add(evenP, oddP))
  v128.store(to + 2 * step, f32x4.sub(evenP, oddP))
  const evenQ = madd(d2, splat(-P2), d4)
  const oddQ = f32x4.mul(madd(d1, splat(-P2), d3), splat(Q))
  v128.store(to + 3 * step, f32x4.add(evenQ, oddQ))
  v128.store(to + 4 * step, f32x4.sub(evenQ, oddQ))
}

/** Four values times A. */
@inline
function storeGradient(g0: v128, g1: v128, g2: v128, g3: v128, to: usize, step: usize): void {
  v128.store(to, g0)
  v128.store(to + 5 * step, g3)
  const evenP = madd(g2, splat(P2), g0)
  const oddP = f32x4.mul(madd(g3, splat(P2), g1), splat(P))
  v128.store(to + step, f32x4.add(evenP, oddP))
  v128.store(to + 2 * step, f32x4.sub(evenP, oddP))
  const evenQ = madd(g2, splat(Q2), g0)
  const oddQ = f32x4.mul(madd(g3, splat(Q2), g1), splat(Q))
  v128.store(to + 3 * step, f32x4.add(evenQ, oddQ))
  v128.store(to + 4 * step, f32x4.sub(evenQ, oddQ))
}

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

/**
 * B' d B of `count` tiles from `first` on, (36, TILES, channels) to `values`. x (n, h, w, channels); outside it is zero.
 * `temporary` holds 36 vectors.
 */
function transformInputs(
  x: usize,
  h: i32,
  w: i32,
  channels: i32,
  first: i32,
  count: i32,
  values: usize,
  temporary: usize,
): void {
  const across = (w + OUT - 1) / OUT
  const down = (h + OUT - 1) / OUT
  const pixelBytes = <usize>channels << 2
  const rowBytes = <usize>w * pixelBytes
  const valueBytes = <usize>TILES * pixelBytes
  const zero = splat(0)
  for (let t = 0; t < count; t++) {
    const tile = first + t
    const column = (tile % across) * OUT - 1
    const row = ((tile / across) % down) * OUT - 1
    const picture = tile / (across * down)
    // The tile's corner may lie outside; the address is used only where a row and a column are inside.
    const corner = x + <usize>((picture * h + row) * w + column) * pixelBytes
    const isInside = row >= 0 && column >= 0 && row + SIDE <= h && column + SIDE <= w
    for (let c = <usize>0; c < pixelBytes; c += 16) {
      for (let j = 0; j < SIDE; j++) {
        const from = corner + <usize>j * pixelBytes + c
        const to = temporary + (<usize>j << 4)
        if (isInside) {
          storeInput(
            v128.load(from),
            v128.load(from + rowBytes),
            v128.load(from + 2 * rowBytes),
            v128.load(from + 3 * rowBytes),
            v128.load(from + 4 * rowBytes),
            v128.load(from + 5 * rowBytes),
            to,
            96,
          )
        } else {
          const isColumn = column + j >= 0 && column + j < w
          storeInput(
            isColumn && row >= 0 ? v128.load(from) : zero,
            isColumn && row + 1 < h ? v128.load(from + rowBytes) : zero,
            isColumn && row + 2 < h ? v128.load(from + 2 * rowBytes) : zero,
            isColumn && row + 3 < h ? v128.load(from + 3 * rowBytes) : zero,
            isColumn && row + 4 < h ? v128.load(from + 4 * rowBytes) : zero,
            isColumn && row + 5 < h ? v128.load(from + 5 * rowBytes) : zero,
            to,
            96,
          )
        }
      }
      let to = values + <usize>t * pixelBytes + c
      for (let from = temporary; from < temporary + 576; from += 96, to += 6 * valueBytes) {
        storeInput(
          v128.load(from),
          v128.load(from, 16),
          v128.load(from, 32),
          v128.load(from, 48),
          v128.load(from, 64),
          v128.load(from, 80),
          to,
          valueBytes,
        )
      }
    }
  }
}

/** A' m A of `count` tiles, m (36, TILES, padded) -> y (n, h, w, channels). */
function transformOutputs(
  products: usize,
  padded: i32,
  y: usize,
  h: i32,
  w: i32,
  channels: i32,
  first: i32,
  count: i32,
  temporary: usize,
): void {
  const across = (w + OUT - 1) / OUT
  const down = (h + OUT - 1) / OUT
  const pixelBytes = <usize>channels << 2
  const rowBytes = <usize>w * pixelBytes
  const valueBytes = <usize>(TILES * padded) << 2
  for (let t = 0; t < count; t++) {
    const tile = first + t
    const column = (tile % across) * OUT
    const row = ((tile / across) % down) * OUT
    const picture = tile / (across * down)
    const corner = y + <usize>((picture * h + row) * w + column) * pixelBytes
    const columns = min(OUT, w - column)
    const rows = min(OUT, h - row)
    for (let c = <usize>0; c < pixelBytes; c += 16) {
      const source = products + (<usize>(t * padded) << 2) + c
      for (let j = 0; j < SIDE; j++) {
        const from = source + <usize>j * valueBytes
        const m1 = v128.load(from + 6 * valueBytes)
        const m2 = v128.load(from + 12 * valueBytes)
        const m3 = v128.load(from + 18 * valueBytes)
        const m4 = v128.load(from + 24 * valueBytes)
        const sumP = f32x4.add(m1, m2)
        const gapP = f32x4.sub(m1, m2)
        const sumQ = f32x4.add(m3, m4)
        const gapQ = f32x4.sub(m3, m4)
        const to = temporary + (<usize>j << 4)
        v128.store(to, f32x4.add(v128.load(from), f32x4.add(sumP, sumQ)))
        v128.store(to, madd(gapP, splat(P), f32x4.mul(gapQ, splat(Q))), 96)
        v128.store(to, madd(sumP, splat(P2), f32x4.mul(sumQ, splat(Q2))), 192)
        const last = v128.load(from + 30 * valueBytes)
        v128.store(to, madd(gapP, splat(P * P2), madd(gapQ, splat(Q * Q2), last)), 288)
      }
      for (let i = 0; i < rows; i++) {
        const from = temporary + <usize>i * 96
        const m1 = v128.load(from, 16)
        const m2 = v128.load(from, 32)
        const m3 = v128.load(from, 48)
        const m4 = v128.load(from, 64)
        const sumP = f32x4.add(m1, m2)
        const gapP = f32x4.sub(m1, m2)
        const sumQ = f32x4.add(m3, m4)
        const gapQ = f32x4.sub(m3, m4)
        const to = corner + <usize>i * rowBytes + c
        v128.store(to, f32x4.add(v128.load(from), f32x4.add(sumP, sumQ)))
        if (columns > 1) v128.store(to + pixelBytes, madd(gapP, splat(P), f32x4.mul(gapQ, splat(Q))))
        if (columns > 2) v128.store(to + 2 * pixelBytes, madd(sumP, splat(P2), f32x4.mul(sumQ, splat(Q2))))
        if (columns > 3) {
          const last = madd(gapQ, splat(Q * Q2), v128.load(from, 80))
          v128.store(to + 3 * pixelBytes, madd(gapP, splat(P * P2), last))
        }
      }
    }
  }
}

/** A dY A' of `count` tiles, dy (n, h, w, channels) -> (36, TILES, padded). */
function transformGradients(
  dy: usize,
  h: i32,
  w: i32,
  channels: i32,
  first: i32,
  count: i32,
  values: usize,
  padded: i32,
  temporary: usize,
): void {
  const across = (w + OUT - 1) / OUT
  const down = (h + OUT - 1) / OUT
  const pixelBytes = <usize>channels << 2
  const rowBytes = <usize>w * pixelBytes
  const valueBytes = <usize>(TILES * padded) << 2
  const zero = splat(0)
  for (let t = 0; t < count; t++) {
    const tile = first + t
    const column = (tile % across) * OUT
    const row = ((tile / across) % down) * OUT
    const picture = tile / (across * down)
    const corner = dy + <usize>((picture * h + row) * w + column) * pixelBytes
    const columns = min(OUT, w - column)
    const rows = min(OUT, h - row)
    for (let c = <usize>0; c < pixelBytes; c += 16) {
      for (let j = 0; j < OUT; j++) {
        const from = corner + <usize>j * pixelBytes + c
        const isColumn = j < columns
        storeGradient(
          isColumn ? v128.load(from) : zero,
          isColumn && rows > 1 ? v128.load(from + rowBytes) : zero,
          isColumn && rows > 2 ? v128.load(from + 2 * rowBytes) : zero,
          isColumn && rows > 3 ? v128.load(from + 3 * rowBytes) : zero,
          temporary + (<usize>j << 4),
          64,
        )
      }
      let to = values + (<usize>(t * padded) << 2) + c
      for (let from = temporary; from < temporary + 384; from += 64, to += 6 * valueBytes) {
        storeGradient(
          v128.load(from),
          v128.load(from, 16),
          v128.load(from, 32),
          v128.load(from, 48),
          to,
          valueBytes,
        )
      }
    }
  }
}

/** Floats of scratch that each thread needs: values and products of a block of tiles, and 36 vectors. */
export function winogradScratchFloats(inputs: i32, outputs: i32): i32 {
  return VALUES * TILES * (inputs + paddedTo8(outputs)) + 4 * VALUES
}

/** Convolution of one block of tiles: x (n, h, w, inputs), transformed weights, y (n, h, w, outputs). */
export function winogradForward(task: i32, thread: i32, args: usize): void {
  const x = address(args, 0)
  const weights = address(args, 1)
  const y = address(args, 2)
  const n = whole(args, 4)
  const h = whole(args, 5)
  const w = whole(args, 6)
  const inputs = whole(args, 7)
  const outputs = whole(args, 8)
  const padded = paddedTo8(outputs)
  const values = address(args, 3) + (<usize>(thread * winogradScratchFloats(inputs, outputs)) << 2)
  const products = values + (<usize>(VALUES * TILES * inputs) << 2)
  const temporary = products + (<usize>(VALUES * TILES * padded) << 2)
  const tiles = n * ((w + OUT - 1) / OUT) * ((h + OUT - 1) / OUT)
  const first = task * TILES
  const count = min(TILES, tiles - first)
  transformInputs(x, h, w, inputs, first, count, values, temporary)
  for (let v = 0; v < VALUES; v++) {
    multiply(
      values + (<usize>(v * TILES * inputs) << 2),
      <usize>inputs << 2,
      count,
      inputs,
      weights + (<usize>(v * inputs * padded) << 2),
      products + (<usize>(v * TILES * padded) << 2),
      <usize>padded << 2,
      padded,
    )
  }
  transformOutputs(products, padded, y, h, w, outputs, first, count, temporary)
}

/** Sums (B' d B)' (A dY A') over the task's `blocks` blocks of tiles into its own (36, inputs, padded outputs). */
export function winogradWeightSums(task: i32, thread: i32, args: usize): void {
  const x = address(args, 0)
  const dy = address(args, 1)
  const n = whole(args, 4)
  const h = whole(args, 5)
  const w = whole(args, 6)
  const inputs = whole(args, 7)
  const outputs = whole(args, 8)
  const blocks = whole(args, 9)
  const padded = paddedTo8(outputs)
  const sumFloats = inputs * padded
  const sums = address(args, 2) + (<usize>(task * VALUES * sumFloats) << 2)
  const values = address(args, 3) + (<usize>(thread * winogradScratchFloats(inputs, outputs)) << 2)
  const gradients = values + (<usize>(VALUES * TILES * inputs) << 2)
  const temporary = gradients + (<usize>(VALUES * TILES * padded) << 2)
  memory.fill(sums, 0, <usize>(VALUES * sumFloats) << 2)
  if (padded !== outputs) memory.fill(gradients, 0, <usize>(VALUES * TILES * padded) << 2)
  const tiles = n * ((w + OUT - 1) / OUT) * ((h + OUT - 1) / OUT)
  const last = min(tiles, (task + 1) * blocks * TILES)
  for (let first = task * blocks * TILES; first < last; first += TILES) {
    const count = min(TILES, last - first)
    transformInputs(x, h, w, inputs, first, count, values, temporary)
    transformGradients(dy, h, w, outputs, first, count, gradients, padded, temporary)
    for (let v = 0; v < VALUES; v++) {
      addOuterProducts(
        values + (<usize>(v * TILES * inputs) << 2),
        <usize>inputs << 2,
        gradients + (<usize>(v * TILES * padded) << 2),
        <usize>padded << 2,
        count,
        inputs,
        padded,
        sums + (<usize>(v * sumFloats) << 2),
      )
    }
  }
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
