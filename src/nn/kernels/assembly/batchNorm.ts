import { address, float, whole } from './arguments'
import { madd, splat } from './simd'

/**
 * Batch normalisation with its activation, channels last. Per-channel sums are taken by tasks over blocks of pixels, each
 * into its own two rows of channels, and added in double precision in the order of the tasks. Channels are a multiple of 4.
 */

/** Sums of x and of x^2 of a block of pixels: (tasks, 2, channels). */
export function channelSums(task: i32, _thread: i32, args: usize): void {
  const pixels = whole(args, 2)
  const channels = whole(args, 3)
  const block = whole(args, 4)
  const first = task * block
  const count = min(block, pixels - first)
  const pixelBytes = <usize>channels << 2
  const from = address(args, 0) + <usize>first * pixelBytes
  const to = address(args, 1) + <usize>(2 * task) * pixelBytes
  let c: usize = 0
  // Four vectors of channels at once fill a line of the cache.
  for (; c + 64 <= pixelBytes; c += 64) {
    let at = from + c
    let s0 = splat(0)
    let s1 = s0
    let s2 = s0
    let s3 = s0
    let q0 = s0
    let q1 = s0
    let q2 = s0
    let q3 = s0
    for (let p = 0; p < count; p++, at += pixelBytes) {
      const x0 = v128.load(at)
      const x1 = v128.load(at, 16)
      const x2 = v128.load(at, 32)
      const x3 = v128.load(at, 48)
      s0 = f32x4.add(s0, x0)
      s1 = f32x4.add(s1, x1)
      s2 = f32x4.add(s2, x2)
      s3 = f32x4.add(s3, x3)
      q0 = madd(x0, x0, q0)
      q1 = madd(x1, x1, q1)
      q2 = madd(x2, x2, q2)
      q3 = madd(x3, x3, q3)
    }
    v128.store(to + c, s0)
    v128.store(to + c, s1, 16)
    v128.store(to + c, s2, 32)
    v128.store(to + c, s3, 48)
    v128.store(to + c + pixelBytes, q0)
    v128.store(to + c + pixelBytes, q1, 16)
    v128.store(to + c + pixelBytes, q2, 32)
    v128.store(to + c + pixelBytes, q3, 48)
  }
  for (; c < pixelBytes; c += 16) {
    let at = from + c
    let sum = splat(0)
    let squares = sum
    for (let p = 0; p < count; p++, at += pixelBytes) {
      const x = v128.load(at)
      sum = f32x4.add(sum, x)
      squares = madd(x, x, squares)
    }
    v128.store(to + c, sum)
    v128.store(to + c + pixelBytes, squares)
  }
}

/**
 * Mean and biased variance (channels) from the sums, and y = a x + b: a = scale / sqrt(variance + eps),
 * b = shift - mean a. Coefficients (2, channels). One task.
 */
export function normStatistics(_task: i32, _thread: i32, args: usize): void {
  const sums = address(args, 0)
  const scale = address(args, 1)
  const shift = address(args, 2)
  const mean = address(args, 3)
  const variance = address(args, 4)
  const coefficients = address(args, 5)
  const parts = whole(args, 6)
  const channels = whole(args, 7)
  const count = <f64>whole(args, 8)
  const epsilon = float(args, 0)
  for (let c = 0; c < channels; c++) {
    const at = <usize>c << 2
    const mu = partSum(sums + at, parts, channels) / count
    const square = partSum(sums + at + (<usize>channels << 2), parts, channels) / count
    const v = <f32>max<f64>(square - mu * mu, 0)
    const a = load<f32>(scale + at) / sqrt<f32>(v + epsilon)
    store<f32>(mean + at, <f32>mu)
    store<f32>(variance + at, v)
    store<f32>(coefficients + at, a)
    store<f32>(coefficients + at + (<usize>channels << 2), load<f32>(shift + at) - <f32>mu * a)
  }
}

function partSum(from: usize, parts: i32, channels: i32): f64 {
  let sum: f64 = 0
  for (let part = 0; part < parts; part++, from += <usize>channels << 3) sum += <f64>load<f32>(from)
  return sum
}

/** y = a x + b, with ReLU if asked for. A task is a block of pixels. */
export function normApply(task: i32, _thread: i32, args: usize): void {
  const pixels = whole(args, 3)
  const channels = whole(args, 4)
  const block = whole(args, 5)
  const isRelu = whole(args, 6)
  const first = task * block
  const count = min(block, pixels - first)
  const pixelBytes = <usize>channels << 2
  const zero = splat(0)
  const scales = address(args, 2)
  let from = address(args, 0) + <usize>first * pixelBytes
  let to = address(args, 1) + <usize>first * pixelBytes
  for (let p = 0; p < count; p++) {
    for (let c: usize = 0; c < pixelBytes; c += 16, from += 16, to += 16) {
      const y = madd(v128.load(from), v128.load(scales + c), v128.load(scales + c + pixelBytes))
      v128.store(to, isRelu ? f32x4.max(y, zero) : y)
    }
  }
}

/** What of dy passes the activation: all, or where y > 0. */
@inline
function live(dy: v128, y: usize, isRelu: i32): v128 {
  return isRelu ? v128.and(dy, f32x4.gt(v128.load(y), splat(0))) : dy
}

/** Sums of the live dy and of the live dy times x of a block of pixels: (tasks, 2, channels). */
export function normGradientSums(task: i32, _thread: i32, args: usize): void {
  const pixels = whole(args, 4)
  const channels = whole(args, 5)
  const block = whole(args, 6)
  const isRelu = whole(args, 7)
  const first = task * block
  const count = min(block, pixels - first)
  const pixelBytes = <usize>channels << 2
  const offset = <usize>first * pixelBytes
  const dy = address(args, 0) + offset
  const x = address(args, 1) + offset
  const y = address(args, 2) + offset
  const to = address(args, 3) + <usize>(2 * task) * pixelBytes
  let c: usize = 0
  for (; c + 32 <= pixelBytes; c += 32) {
    let at = c
    let s0 = splat(0)
    let s1 = s0
    let q0 = s0
    let q1 = s0
    for (let p = 0; p < count; p++, at += pixelBytes) {
      const g0 = live(v128.load(dy + at), y + at, isRelu)
      const g1 = live(v128.load(dy + at, 16), y + at + 16, isRelu)
      s0 = f32x4.add(s0, g0)
      s1 = f32x4.add(s1, g1)
      q0 = madd(g0, v128.load(x + at), q0)
      q1 = madd(g1, v128.load(x + at, 16), q1)
    }
    v128.store(to + c, s0)
    v128.store(to + c, s1, 16)
    v128.store(to + c + pixelBytes, q0)
    v128.store(to + c + pixelBytes, q1, 16)
  }
  for (; c < pixelBytes; c += 16) {
    let at = c
    let sum = splat(0)
    let products = sum
    for (let p = 0; p < count; p++, at += pixelBytes) {
      const g = live(v128.load(dy + at), y + at, isRelu)
      sum = f32x4.add(sum, g)
      products = madd(g, v128.load(x + at), products)
    }
    v128.store(to + c, sum)
    v128.store(to + c + pixelBytes, products)
  }
}

/**
 * dScale and dShift from the sums, and dx = dy a + x slope + constant (see `ops/batchNorm`): coefficients
 * (3, channels). One task.
 */
export function normGradientStatistics(_task: i32, _thread: i32, args: usize): void {
  const sums = address(args, 0)
  const scale = address(args, 1)
  const mean = address(args, 2)
  const variance = address(args, 3)
  const dScale = address(args, 4)
  const dShift = address(args, 5)
  const coefficients = address(args, 6)
  const parts = whole(args, 7)
  const channels = whole(args, 8)
  const count = <f64>whole(args, 9)
  const epsilon = <f64>float(args, 0)
  const rowBytes = <usize>channels << 2
  for (let c = 0; c < channels; c++) {
    const at = <usize>c << 2
    const mu = <f64>load<f32>(mean + at)
    const r = 1 / sqrt<f64>(<f64>load<f32>(variance + at) + epsilon)
    const beta = partSum(sums + at, parts, channels)
    const gamma = (partSum(sums + at + rowBytes, parts, channels) - mu * beta) * r
    const a = <f64>load<f32>(scale + at) * r
    const slope = (-a * r * gamma) / count
    store<f32>(dScale + at, <f32>gamma)
    store<f32>(dShift + at, <f32>beta)
    store<f32>(coefficients + at, <f32>a)
    store<f32>(coefficients + at + rowBytes, <f32>slope)
    store<f32>(coefficients + at + 2 * rowBytes, <f32>((-a * beta) / count - mu * slope))
  }
}

/** dx = live dy a + x slope + constant. A task is a block of pixels. */
export function normGradientApply(task: i32, _thread: i32, args: usize): void {
  const pixels = whole(args, 5)
  const channels = whole(args, 6)
  const block = whole(args, 7)
  const isRelu = whole(args, 8)
  const first = task * block
  const count = min(block, pixels - first)
  const pixelBytes = <usize>channels << 2
  const offset = <usize>first * pixelBytes
  const coefficients = address(args, 4)
  let dy = address(args, 0) + offset
  let x = address(args, 1) + offset
  let y = address(args, 2) + offset
  let dx = address(args, 3) + offset
  for (let p = 0; p < count; p++) {
    for (let c: usize = 0; c < pixelBytes; c += 16, dy += 16, x += 16, y += 16, dx += 16) {
      const constant = v128.load(coefficients + c + 2 * pixelBytes)
      const fromX = madd(v128.load(x), v128.load(coefficients + c + pixelBytes), constant)
      v128.store(dx, madd(live(v128.load(dy), y, isRelu), v128.load(coefficients + c), fromX))
    }
  }
}
