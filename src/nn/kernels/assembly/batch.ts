import { address, float, whole } from './arguments'
import { madd, splat } from './simd'

/**
 * Half-precision features of one block of pixels to standardised floats: value scale + shift by channel. Halves
 * (pixels, channels), coefficients (2, channels); channels are a multiple of 4.
 */
export function standardise(task: i32, _thread: i32, args: usize): void {
  const pixels = whole(args, 3)
  const channels = whole(args, 4)
  const block = whole(args, 5)
  const first = task * block
  const count = min(block, pixels - first)
  const coefficients = address(args, 2)
  const rowBytes = <usize>channels << 2
  let from = address(args, 0) + (<usize>(first * channels) << 1)
  let to = address(args, 1) + (<usize>(first * channels) << 2)
  for (let p = 0; p < count; p++) {
    for (let c: usize = 0; c < rowBytes; c += 16, from += 8, to += 16) {
      const value = floatsOf(v128.load16x4_u(from))
      v128.store(to, madd(value, v128.load(coefficients + c), v128.load(coefficients + c + rowBytes)))
    }
  }
}

/** Four halves, as whole numbers, to floats. */
@inline
function floatsOf(bits: v128): v128 {
  const magnitude = i32x4.shl(v128.and(bits, i32x4.splat(0x7fff)), 13)
  // Shifting leaves the exponent 112 too small, for subnormal halves too; what is infinite or NaN gets the full exponent.
  const scaled = f32x4.mul(magnitude, splat(reinterpret<f32>(0x77800000)))
  const isSpecial = i32x4.ge_s(magnitude, i32x4.splat(0x0f800000))
  const special = v128.or(magnitude, i32x4.splat(0x7f800000))
  const sign = i32x4.shl(v128.and(bits, i32x4.splat(0x8000)), 16)
  return v128.or(v128.bitselect(special, scaled, isSpecial), sign)
}

/**
 * One row of RGBA bytes to blocks of `block` x `block` pixels as channels, (dy block + dx) 3 + colour: value gain + offset.
 * A task is a row of a picture; the blocks divide the picture.
 */
export function foldPixels(task: i32, _thread: i32, args: usize): void {
  const width = whole(args, 2)
  const block = whole(args, 3)
  const gain = float(args, 0)
  const offset = float(args, 1)
  const depthBytes = <usize>(3 * block * block) << 2
  const runBytes = <usize>(3 * block) << 2
  const columns = width / block
  let from = address(args, 0) + <usize>task * <usize>width * 4
  let to = address(args, 1) + <usize>(task / block) * <usize>columns * depthBytes + <usize>(task % block) * runBytes
  for (let column = 0; column < columns; column++, to += depthBytes) {
    for (let at: usize = 0; at < runBytes; at += 12, from += 4) {
      const rgba = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(from)))
      const value = madd(f32x4.convert_i32x4_s(rgba), splat(gain), splat(offset))
      f32.store(to + at, f32x4.extract_lane(value, 0))
      f32.store(to + at, f32x4.extract_lane(value, 1), 4)
      f32.store(to + at, f32x4.extract_lane(value, 2), 8)
    }
  }
}
