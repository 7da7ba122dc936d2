import { address, whole } from './arguments'
import { loadLanes, madd, splat, storeLanes } from './simd'

/** Columns of the right factor that lie side by side: two vectors. */
export const PANEL: i32 = 8
/** Rows of the left factor that are multiplied together; 6 x 2 sums, two columns and one row fill the 16 registers. */
const ROWS: i32 = 6

/**
 * C = A B, row by row. A (rows, k) and C (rows, n) have byte strides; B is packed in panels of 8 columns,
 * (ceil(n / 8), k, 8), zero behind column n. C's rows hold at least n floats.
 */
export function multiply(
  a: usize,
  aStride: usize,
  rows: i32,
  k: i32,
  b: usize,
  c: usize,
  cStride: usize,
  n: i32,
): void {
  const panelBytes: usize = (<usize>k * PANEL) << 2
  for (let column = 0; column < n; column += PANEL, b += panelBytes, c += PANEL << 2) {
    const left = n - column
    let row = 0
    let from = a
    let to = c
    for (; row + ROWS <= rows; row += ROWS, from += <usize>ROWS * aStride, to += <usize>ROWS * cStride) {
      sixRows(from, aStride, k, b, to, cStride, left)
    }
    for (; row < rows; row++, from += aStride, to += cStride) oneRow(from, k, b, to, left)
  }
}

function sixRows(a: usize, aStride: usize, k: i32, b: usize, c: usize, cStride: usize, left: i32): void {
  let p0 = a
  let p1 = p0 + aStride
  let p2 = p1 + aStride
  let p3 = p2 + aStride
  let p4 = p3 + aStride
  let p5 = p4 + aStride
  let s00 = splat(0)
  let s01 = s00
  let s10 = s00
  let s11 = s00
  let s20 = s00
  let s21 = s00
  let s30 = s00
  let s31 = s00
  let s40 = s00
  let s41 = s00
  let s50 = s00
  let s51 = s00
  for (const end = b + ((<usize>k * PANEL) << 2); b < end; b += PANEL << 2) {
    const b0 = v128.load(b)
    const b1 = v128.load(b, 16)
    let x = v128.load32_splat(p0)
    s00 = madd(x, b0, s00)
    s01 = madd(x, b1, s01)
    x = v128.load32_splat(p1)
    s10 = madd(x, b0, s10)
    s11 = madd(x, b1, s11)
    x = v128.load32_splat(p2)
    s20 = madd(x, b0, s20)
    s21 = madd(x, b1, s21)
    x = v128.load32_splat(p3)
    s30 = madd(x, b0, s30)
    s31 = madd(x, b1, s31)
    x = v128.load32_splat(p4)
    s40 = madd(x, b0, s40)
    s41 = madd(x, b1, s41)
    x = v128.load32_splat(p5)
    s50 = madd(x, b0, s50)
    s51 = madd(x, b1, s51)
    p0 += 4
    p1 += 4
    p2 += 4
    p3 += 4
    p4 += 4
    p5 += 4
  }
  if (left >= PANEL) {
    v128.store(c, s00)
    v128.store(c, s01, 16)
    c += cStride
    v128.store(c, s10)
    v128.store(c, s11, 16)
    c += cStride
    v128.store(c, s20)
    v128.store(c, s21, 16)
    c += cStride
    v128.store(c, s30)
    v128.store(c, s31, 16)
    c += cStride
    v128.store(c, s40)
    v128.store(c, s41, 16)
    c += cStride
    v128.store(c, s50)
    v128.store(c, s51, 16)
    return
  }
  storeRow(c, s00, s01, left)
  storeRow(c + cStride, s10, s11, left)
  storeRow(c + 2 * cStride, s20, s21, left)
  storeRow(c + 3 * cStride, s30, s31, left)
  storeRow(c + 4 * cStride, s40, s41, left)
  storeRow(c + 5 * cStride, s50, s51, left)
}

function oneRow(a: usize, k: i32, b: usize, c: usize, left: i32): void {
  let s0 = splat(0)
  let s1 = s0
  for (const end = b + ((<usize>k * PANEL) << 2); b < end; b += PANEL << 2, a += 4) {
    const x = v128.load32_splat(a)
    s0 = madd(x, v128.load(b), s0)
    s1 = madd(x, v128.load(b, 16), s1)
  }
  storeRow(c, s0, s1, left)
}

function storeRow(c: usize, first: v128, second: v128, left: i32): void {
  storeLanes(c, first, left)
  if (left > 4) storeLanes(c + 16, second, left - 4)
}

/**
 * S += A' B over `rows` rows: A (rows, m) and B (rows, n) with byte strides, S (m, n) with the byte stride of n floats.
 * m is a multiple of 4, n of 8.
 */
export function addOuterProducts(
  a: usize,
  aStride: usize,
  b: usize,
  bStride: usize,
  rows: i32,
  m: i32,
  n: i32,
  sums: usize,
): void {
  const stride = (<usize>n) << 2
  for (let i = 0; i < m; i += 4) {
    for (let j = 0; j < n; j += PANEL) {
      let at = sums + ((<usize>(i * n + j)) << 2)
      let x = a + ((<usize>i) << 2)
      let y = b + ((<usize>j) << 2)
      let s00 = v128.load(at)
      let s01 = v128.load(at, 16)
      let s10 = v128.load(at + stride)
      let s11 = v128.load(at + stride, 16)
      let s20 = v128.load(at + 2 * stride)
      let s21 = v128.load(at + 2 * stride, 16)
      let s30 = v128.load(at + 3 * stride)
      let s31 = v128.load(at + 3 * stride, 16)
      for (let row = 0; row < rows; row++, x += aStride, y += bStride) {
        const y0 = v128.load(y)
        const y1 = v128.load(y, 16)
        let v = v128.load32_splat(x)
        s00 = madd(v, y0, s00)
        s01 = madd(v, y1, s01)
        v = v128.load32_splat(x, 4)
        s10 = madd(v, y0, s10)
        s11 = madd(v, y1, s11)
        v = v128.load32_splat(x, 8)
        s20 = madd(v, y0, s20)
        s21 = madd(v, y1, s21)
        v = v128.load32_splat(x, 12)
        s30 = madd(v, y0, s30)
        s31 = madd(v, y1, s31)
      }
      v128.store(at, s00)
      v128.store(at, s01, 16)
      at += stride
      v128.store(at, s10)
      v128.store(at, s11, 16)
      at += stride
      v128.store(at, s20)
      v128.store(at, s21, 16)
      at += stride
      v128.store(at, s30)
      v128.store(at, s31, 16)
    }
  }
}

/** Packs B (k, n), its element (i, j) at `rowStride i + columnStride j` floats, into panels of 8 columns. One task. */
export function packPanels(_task: i32, _thread: i32, args: usize): void {
  const source = address(args, 0)
  let packed = address(args, 1)
  const k = whole(args, 2)
  const n = whole(args, 3)
  const rowStride = whole(args, 4)
  const columnStride = whole(args, 5)
  for (let column = 0; column < n; column += PANEL) {
    for (let i = 0; i < k; i++) {
      for (let j = column; j < column + PANEL; j++, packed += 4) {
        const value: f32 = j < n ? load<f32>(source + ((<usize>(i * rowStride + j * columnStride)) << 2)) : 0
        store<f32>(packed, value)
      }
    }
  }
}

/** Convolution 1x1 of a block of pixels: x (pixels, k), packed weights, y (pixels, n). A task is `block` pixels. */
export function pointwise(task: i32, _thread: i32, args: usize): void {
  const pixels = whole(args, 3)
  const k = whole(args, 4)
  const n = whole(args, 5)
  const block = whole(args, 6)
  const first = task * block
  const rows = min(block, pixels - first)
  const x = address(args, 0) + ((<usize>(first * k)) << 2)
  const y = address(args, 2) + ((<usize>(first * n)) << 2)
  multiply(x, (<usize>k) << 2, rows, k, address(args, 1), y, (<usize>n) << 2, n)
}

/** Pixels that are held close while all pairs of channels are summed. */
const CLOSE: i32 = 64

/**
 * Weight gradient of a 1x1 convolution. Task t sums over its `block` pixels into its own (k, n padded to 8) sums; rows
 * of dy are copied to scratch, (threads, CLOSE, n padded), zero behind n.
 */
export function pointwiseWeightSums(task: i32, thread: i32, args: usize): void {
  const pixels = whole(args, 4)
  const k = whole(args, 5)
  const n = whole(args, 6)
  const block = whole(args, 7)
  const padded = (n + PANEL - 1) & ~(PANEL - 1)
  const sums = address(args, 2) + ((<usize>(task * k * padded)) << 2)
  const scratch = address(args, 3) + ((<usize>(thread * CLOSE * padded)) << 2)
  memory.fill(sums, 0, (<usize>(k * padded)) << 2)
  const last = min(pixels, (task + 1) * block)
  for (let first = task * block; first < last; first += CLOSE) {
    const rows = min(CLOSE, last - first)
    const x = address(args, 0) + ((<usize>(first * k)) << 2)
    let dy = address(args, 1) + ((<usize>(first * n)) << 2)
    if (padded !== n) {
      let to = scratch
      for (let row = 0; row < rows; row++, to += (<usize>padded) << 2, dy += (<usize>n) << 2) {
        for (let j = 0; j < padded; j += 4) {
          v128.store(to + ((<usize>j) << 2), j < n ? loadLanes(dy + ((<usize>j) << 2), n - j) : splat(0))
        }
      }
      dy = scratch
    }
    addOuterProducts(x, (<usize>k) << 2, dy, (<usize>padded) << 2, rows, k, padded, sums)
  }
}

/** Sum of `parts` blocks of (rows, padded) floats, in their order, into (rows, n). A task is one row. */
export function sumParts(task: i32, _thread: i32, args: usize): void {
  const parts = whole(args, 2)
  const rows = whole(args, 3)
  const n = whole(args, 4)
  const padded = (n + PANEL - 1) & ~(PANEL - 1)
  const source = address(args, 0) + ((<usize>(task * padded)) << 2)
  const target = address(args, 1) + ((<usize>(task * n)) << 2)
  const partBytes = (<usize>(rows * padded)) << 2
  for (let j = 0; j < n; j += 4) {
    let sum = splat(0)
    let from = source + ((<usize>j) << 2)
    for (let part = 0; part < parts; part++, from += partBytes) sum = f32x4.add(sum, v128.load(from))
    storeLanes(target + ((<usize>j) << 2), sum, n - j)
  }
}
