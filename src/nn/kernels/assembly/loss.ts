import { address, float, whole } from './arguments'
import { exponential, logarithm } from './exponential'
import { samplePoint } from './resize'
import { madd, splat } from './simd'

/**
 * The loss of a student at full resolution without a plane of that size: row by row the logits are enlarged, class by
 * class, and the row's gradient goes back to the small logits at once. Two passes over each example, because the cap of
 * self-correction and the quotient of the Dice loss are known only when everything has been seen.
 *
 * Labels are bytes: 0 background, 1.. classes, `BARRED` background that self-correction must leave alone, `IGNORED`.
 */
const BARRED: i32 = 254
const IGNORED: i32 = 255

/** Doubles that the first pass writes for each example. */
const SUMS: i32 = 8

@inline
function paddedTo4(width: i32): i32 {
  return (width + 3) & ~3
}

/** Floats of scratch that each thread needs. */
export function lossScratchFloats(planes: i32, w: i32, width: i32): i32 {
  const padded = paddedTo4(width)
  // Small rows and their gradients, large rows, exponentials, columns' positions and weights, labels.
  return 2 * planes * w + 2 * planes * padded + 2 * padded + padded / 4 + 4
}

/** Where things lie in a thread's scratch. */
@inline
function largeAt(scratch: usize, planes: i32, w: i32): usize {
  return scratch + (<usize>(2 * planes * w) << 2)
}

@inline
function columnsAt(scratch: usize, planes: i32, w: i32, padded: i32): usize {
  return scratch + (<usize>(2 * planes * w + 2 * planes * padded) << 2)
}

/** Left neighbour (as a byte offset) and weight of the right one for every column. */
function placeColumns(columns: usize, w: i32, width: i32, padded: i32): void {
  for (let x = 0; x < width; x++, columns += 4) {
    const point = samplePoint(x, w, width)
    const j = min(<i32>point, w - 1)
    store<i32>(columns, j << 2)
    store<f32>(columns + (<usize>padded << 2), j + 1 < w ? <f32>(point - <f64>j) : 0)
  }
}

/** Row `row` of `height`, enlarged to (planes, padded), from z (h, w, planes). */
function enlargeRow(
  z: usize,
  row: i32,
  h: i32,
  height: i32,
  w: i32,
  width: i32,
  planes: i32,
  scratch: usize,
): void {
  const padded = paddedTo4(width)
  const point = samplePoint(row, h, height)
  const i = min(<i32>point, h - 1)
  const down = <f32>(point - <f64>i)
  const rowBytes = <usize>(w * planes) << 2
  const upper = z + <usize>i * rowBytes
  const lower = i + 1 < h ? upper + rowBytes : upper
  const large = largeAt(scratch, planes, w)
  const columns = columnsAt(scratch, planes, w, padded)
  for (let k = 0; k < planes; k++) {
    const small = scratch + (<usize>(k * w) << 2)
    for (let j = 0; j < w; j++) {
      const at = <usize>(j * planes + k) << 2
      const a = load<f32>(upper + at)
      store<f32>(small + (<usize>j << 2), a + (load<f32>(lower + at) - a) * down)
    }
    let to = large + (<usize>(k * padded) << 2)
    if (width === 4 * w) {
      // Four outputs between two neighbours, at 1/8, 3/8, 5/8, 7/8; two repeat the outermost input on each side.
      const share = f32x4(0.125, 0.375, 0.625, 0.875)
      const last = small + (<usize>(w - 1) << 2)
      store<f32>(to, load<f32>(small))
      store<f32>(to, load<f32>(small), 4)
      to += 8
      for (let from = small; from < last; from += 4, to += 16) {
        const a = v128.load32_splat(from)
        v128.store(to, madd(f32x4.sub(v128.load32_splat(from, 4), a), share, a))
      }
      store<f32>(to, load<f32>(last))
      store<f32>(to, load<f32>(last), 4)
    } else {
      for (let x = 0; x < padded; x++, to += 4) {
        if (x >= width) {
          store<f32>(to, 0)
          continue
        }
        const at = columns + (<usize>x << 2)
        const share = load<f32>(at + (<usize>padded << 2))
        const left = small + load<u32>(at)
        const a = load<f32>(left)
        store<f32>(to, share === 0 ? a : a + (load<f32>(left, 4) - a) * share)
      }
    }
  }
}

/** Adds the row's gradient, (planes, padded) where the enlarged logits were, to dz (h, w, planes). */
function reduceRow(
  dz: usize,
  row: i32,
  h: i32,
  height: i32,
  w: i32,
  width: i32,
  planes: i32,
  scratch: usize,
): void {
  const padded = paddedTo4(width)
  const point = samplePoint(row, h, height)
  const i = min(<i32>point, h - 1)
  const down = <f32>(point - <f64>i)
  const rowBytes = <usize>(w * planes) << 2
  const upper = dz + <usize>i * rowBytes
  const lower = i + 1 < h ? upper + rowBytes : upper
  const large = largeAt(scratch, planes, w)
  const columns = columnsAt(scratch, planes, w, padded)
  const small = scratch + (<usize>(planes * w) << 2)
  for (let k = 0; k < planes; k++) {
    memory.fill(small, 0, <usize>w << 2)
    let from = large + (<usize>(k * padded) << 2)
    if (width === 4 * w) {
      const share = f32x4(0.125, 0.375, 0.625, 0.875)
      const last = small + (<usize>(w - 1) << 2)
      let carried = load<f32>(from) + load<f32>(from, 4)
      from += 8
      for (let to = small; to < last; to += 4, from += 16) {
        const g = v128.load(from)
        const sum = sumOf(g)
        const right = sumOf(f32x4.mul(g, share))
        store<f32>(to, carried + sum - right)
        carried = right
      }
      store<f32>(last, carried + load<f32>(from) + load<f32>(from, 4))
    } else {
      for (let x = 0; x < width; x++, from += 4) {
        const at = columns + (<usize>x << 2)
        const share = load<f32>(at + (<usize>padded << 2))
        const left = small + load<u32>(at)
        const g = load<f32>(from)
        store<f32>(left, load<f32>(left) + g - g * share)
        if (share !== 0) store<f32>(left, load<f32>(left, 4) + g * share, 4)
      }
    }
    for (let j = 0; j < w; j++) {
      const at = <usize>(j * planes + k) << 2
      const g = load<f32>(small + (<usize>j << 2))
      store<f32>(upper + at, load<f32>(upper + at) + g - g * down)
      store<f32>(lower + at, load<f32>(lower + at) + g * down)
    }
  }
}

@inline
function sumOf(v: v128): f32 {
  const pairs = f32x4.add(v, v128.shuffle<i32>(v, v, 2, 3, 0, 1))
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1)
}

/** Labels of a row, `IGNORED` behind its end. */
function copyLabels(labels: usize, to: usize, width: i32, padded: i32): void {
  memory.copy(to, labels, width)
  for (let x = width; x < padded; x++) store<u8>(to + x, <u8>IGNORED)
}

/** Four labels as whole numbers. */
@inline
function labelsOf(at: usize): v128 {
  return i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(at)))
}

/** Exponentials of the class planes at one place, shifted by the largest logit, which is returned. */
@inline
function exponentials(z: usize, e: usize, classes: i32, planeBytes: usize): v128 {
  let largest = v128.load(z)
  for (let k = 1, at = z + planeBytes; k < classes; k++, at += planeBytes) {
    largest = f32x4.max(largest, v128.load(at))
  }
  for (let k = 0; k < classes; k++, z += planeBytes, e += planeBytes) {
    v128.store(e, exponential(f32x4.sub(v128.load(z), largest)))
  }
  return largest
}

@inline
function sumPlanes(e: usize, classes: i32, planeBytes: usize): v128 {
  let sum = v128.load(e)
  for (let k = 1, at = e + planeBytes; k < classes; k++, at += planeBytes) sum = f32x4.add(sum, v128.load(at))
  return sum
}

/**
 * First pass over one example. Doubles: cross-entropy under the given labels; what self-correction would add to it; pixels
 * it would change; sum of P(defect) over defect pixels; over all valid pixels.
 */
export function lossSums(task: i32, thread: i32, args: usize): void {
  const h = whole(args, 5)
  const w = whole(args, 6)
  const height = whole(args, 7)
  const width = whole(args, 8)
  const planes = whole(args, 9)
  const binary = whole(args, 10)
  const isCorrecting = whole(args, 11)
  const threshold = splat(float(args, 0))
  const classes = planes - binary
  const padded = paddedTo4(width)
  const planeBytes = <usize>padded << 2
  const z = address(args, 0) + (<usize>(task * h * w * planes) << 2)
  const labels = address(args, 1) + <usize>(task * height * width)
  const weights = address(args, 2)
  const scratch = address(args, 4) + (<usize>(thread * lossScratchFloats(planes, w, width)) << 2)
  const large = largeAt(scratch, planes, w)
  const e = large + <usize>planes * planeBytes
  const columns = columnsAt(scratch, planes, w, padded)
  const codes = columns + 2 * planeBytes
  const classZ = large + <usize>binary * planeBytes
  const one = splat(1)
  let entropy: f64 = 0
  let added: f64 = 0
  let changed: f64 = 0
  let hit: f64 = 0
  let all: f64 = 0
  placeColumns(columns, w, width, padded)
  for (let row = 0; row < height; row++) {
    enlargeRow(z, row, h, height, w, width, planes, scratch)
    copyLabels(labels + <usize>(row * width), codes, width, padded)
    let rowEntropy = splat(0)
    let rowAdded = splat(0)
    let rowChanged = splat(0)
    let rowHit = splat(0)
    let rowAll = splat(0)
    for (let x: usize = 0; x < planeBytes; x += 16) {
      const code = labelsOf(codes + (x >> 2))
      const isBackground = i32x4.eq(code, i32x4.splat(0))
      const isAnyBackground = v128.or(isBackground, i32x4.eq(code, i32x4.splat(BARRED)))
      const largest = exponentials(classZ + x, e + x, classes, planeBytes)
      const sum = sumPlanes(e + x, classes, planeBytes)
      // -log P = log of the sum - (logit - largest)
      const level = f32x4.add(logarithm(sum), largest)
      const ofBackground = f32x4.mul(v128.load32_splat(weights), f32x4.sub(level, v128.load(classZ + x)))
      rowEntropy = f32x4.add(rowEntropy, v128.and(isAnyBackground, ofBackground))
      for (let k = 1; k < classes; k++) {
        const at = <usize>k * planeBytes + x
        const weight = v128.load32_splat(weights + (<usize>k << 2))
        const surprise = f32x4.mul(weight, f32x4.sub(level, v128.load(classZ + at)))
        rowEntropy = f32x4.add(rowEntropy, v128.and(i32x4.eq(code, i32x4.splat(k)), surprise))
        if (isCorrecting) {
          const isSure = f32x4.gt(f32x4.div(v128.load(e + at), sum), threshold)
          const isProposed = v128.and(isSure, isBackground)
          rowChanged = f32x4.add(rowChanged, v128.and(isProposed, one))
          rowAdded = f32x4.add(rowAdded, v128.and(isProposed, f32x4.sub(surprise, ofBackground)))
        }
      }
      if (binary > 0) {
        const margin = f32x4.sub(v128.load(large + x), v128.load(large + planeBytes + x))
        // 1 / (1 + e^-m); above 80 it is 0 in single precision.
        const a = f32x4.div(one, f32x4.add(one, exponential(f32x4.min(margin, splat(80)))))
        const isIgnored = i32x4.eq(code, i32x4.splat(IGNORED))
        rowAll = f32x4.add(rowAll, v128.andnot(a, isIgnored))
        rowHit = f32x4.add(rowHit, v128.andnot(a, v128.or(isIgnored, isAnyBackground)))
      }
    }
    entropy += <f64>sumOf(rowEntropy)
    added += <f64>sumOf(rowAdded)
    changed += <f64>sumOf(rowChanged)
    hit += <f64>sumOf(rowHit)
    all += <f64>sumOf(rowAll)
  }
  const sums = address(args, 3) + (<usize>(task * SUMS) << 3)
  store<f64>(sums, entropy)
  store<f64>(sums, added, 8)
  store<f64>(sums, changed, 16)
  store<f64>(sums, hit, 24)
  store<f64>(sums, all, 32)
}

/**
 * Second pass over one example: dz (h, w, planes), and where self-correction is on the class each pixel was changed to and
 * its probability, (height, width). Floats: threshold; factor of the cross-entropy's gradient; dloss/dP(defect) of a
 * defect pixel and of a background pixel.
 */
export function lossGradient(task: i32, thread: i32, args: usize): void {
  const h = whole(args, 5)
  const w = whole(args, 6)
  const height = whole(args, 7)
  const width = whole(args, 8)
  const planes = whole(args, 9)
  const binary = whole(args, 10)
  const changedTo = address(args, 12)
  const probability = address(args, 13)
  const threshold = splat(float(args, 0))
  const factor = splat(float(args, 1))
  const perDefect = splat(float(args, 2))
  const perBackground = splat(float(args, 3))
  const classes = planes - binary
  const padded = paddedTo4(width)
  const planeBytes = <usize>padded << 2
  const z = address(args, 0) + (<usize>(task * h * w * planes) << 2)
  const labels = address(args, 1) + <usize>(task * height * width)
  const weights = address(args, 2)
  const isCorrecting = load<i32>(address(args, 3) + (<usize>task << 2))
  const scratch = address(args, 4) + (<usize>(thread * lossScratchFloats(planes, w, width)) << 2)
  const dz = address(args, 11) + (<usize>(task * h * w * planes) << 2)
  const large = largeAt(scratch, planes, w)
  const e = large + <usize>planes * planeBytes
  const columns = columnsAt(scratch, planes, w, padded)
  const codes = columns + 2 * planeBytes
  const classZ = large + <usize>binary * planeBytes
  const one = splat(1)
  const pictureBytes = <usize>(height * width) << 2
  memory.fill(dz, 0, <usize>(h * w * planes) << 2)
  if (changedTo !== 0) {
    memory.fill(changedTo + <usize>task * pictureBytes, 0, pictureBytes)
    memory.fill(probability + <usize>task * pictureBytes, 0, pictureBytes)
  }
  placeColumns(columns, w, width, padded)
  for (let row = 0; row < height; row++) {
    enlargeRow(z, row, h, height, w, width, planes, scratch)
    copyLabels(labels + <usize>(row * width), codes, width, padded)
    for (let x: usize = 0; x < planeBytes; x += 16) {
      let code = labelsOf(codes + (x >> 2))
      const isIgnored = i32x4.eq(code, i32x4.splat(IGNORED))
      if (binary > 0) {
        const margin = f32x4.sub(v128.load(large + x), v128.load(large + planeBytes + x))
        const a = f32x4.div(one, f32x4.add(one, exponential(f32x4.min(margin, splat(80)))))
        const isBackground = v128.or(i32x4.eq(code, i32x4.splat(0)), i32x4.eq(code, i32x4.splat(BARRED)))
        const dA = v128.andnot(v128.bitselect(perBackground, perDefect, isBackground), isIgnored)
        const dDefect = f32x4.mul(dA, f32x4.mul(a, f32x4.sub(one, a)))
        v128.store(large + x, f32x4.neg(dDefect))
        v128.store(large + planeBytes + x, dDefect)
      }
      exponentials(classZ + x, e + x, classes, planeBytes)
      const sum = sumPlanes(e + x, classes, planeBytes)
      if (isCorrecting) {
        const isBackground = i32x4.eq(code, i32x4.splat(0))
        for (let k = 1; k < classes; k++) {
          const p = f32x4.div(v128.load(e + <usize>k * planeBytes + x), sum)
          const isChanged = v128.and(f32x4.gt(p, threshold), isBackground)
          if (!v128.any_true(isChanged)) continue
          code = v128.bitselect(i32x4.splat(k), code, isChanged)
          for (let lane = 0; lane < 4; lane++) {
            if (laneOf(isChanged, lane) === 0) continue
            const at = (<usize>(row * width) << 2) + x + (<usize>lane << 2) + <usize>task * pictureBytes
            store<f32>(changedTo + at, <f32>k)
            store<f32>(probability + at, floatOf(p, lane))
          }
        }
      }
      // Barred background is background.
      code = v128.andnot(code, i32x4.eq(code, i32x4.splat(BARRED)))
      let own = splat(0)
      for (let k = 0; k < classes; k++) {
        const weight = v128.load32_splat(weights + (<usize>k << 2))
        own = v128.bitselect(weight, own, i32x4.eq(code, i32x4.splat(k)))
      }
      own = f32x4.mul(own, factor)
      const share = f32x4.div(own, sum)
      for (let k = 0; k < classes; k++) {
        const at = <usize>k * planeBytes + x
        const ofLabel = v128.and(own, i32x4.eq(code, i32x4.splat(k)))
        v128.store(classZ + at, f32x4.sub(f32x4.mul(v128.load(e + at), share), ofLabel))
      }
    }
    reduceRow(dz, row, h, height, w, width, planes, scratch)
  }
}

@inline
function laneOf(v: v128, lane: i32): i32 {
  if (lane === 0) return i32x4.extract_lane(v, 0)
  if (lane === 1) return i32x4.extract_lane(v, 1)
  return lane === 2 ? i32x4.extract_lane(v, 2) : i32x4.extract_lane(v, 3)
}

@inline
function floatOf(v: v128, lane: i32): f32 {
  if (lane === 0) return f32x4.extract_lane(v, 0)
  if (lane === 1) return f32x4.extract_lane(v, 1)
  return lane === 2 ? f32x4.extract_lane(v, 2) : f32x4.extract_lane(v, 3)
}
