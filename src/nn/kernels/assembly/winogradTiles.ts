import { madd, splat } from './simd'
import { OUT, P, P2, Q, Q2, SIDE, TILES } from './winogradFrame'

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

/**
 * B' d B of `count` tiles from `first` on, (36, TILES, channels) to `values`. x (n, h, w, channels); outside it is zero.
 * `temporary` holds 36 vectors.
 */
export function transformInputs(
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
export function transformOutputs(
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
export function transformGradients(
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
