import { madd, splat } from './simd'

/** e^x of four lanes for x <= 88; below -87 it is e^-87. Relative error 2e-7; NaN stays NaN. */
@inline
export function exponential(x: v128): v128 {
  const bounded = f32x4.max(x, splat(-87))
  const n = f32x4.nearest(f32x4.mul(bounded, splat(1.44269504)))
  // ln 2 in two parts, so that r keeps its digits; |r| <= ln 2 / 2.
  const r = madd(n, splat(2.12194440e-4), madd(n, splat(-0.693359375), bounded))
  let p = madd(r, splat(1.9875691500e-4), splat(1.3981999507e-3))
  p = madd(p, r, splat(8.3334519073e-3))
  p = madd(p, r, splat(4.1665795894e-2))
  p = madd(p, r, splat(1.6666665459e-1))
  p = madd(p, r, splat(5.0000001201e-1))
  p = f32x4.add(madd(p, f32x4.mul(r, r), r), splat(1))
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23)
  return f32x4.mul(p, power)
}

/** ln x of four lanes for normal x > 0. Error 1e-7; NaN and infinity become NaN. */
@inline
export function logarithm(x: v128): v128 {
  // x = 2^e m with m in sqrt(1/2) .. sqrt(2).
  const shifted = i32x4.sub(x, i32x4.splat(0x3f3504f3))
  const e = f32x4.convert_i32x4_s(i32x4.shr_s(shifted, 23))
  const m = i32x4.add(v128.and(shifted, i32x4.splat(0x007fffff)), i32x4.splat(0x3f3504f3))
  const t = f32x4.sub(m, splat(1))
  let p = madd(t, splat(7.0376836292e-2), splat(-1.1514610310e-1))
  p = madd(p, t, splat(1.1676998740e-1))
  p = madd(p, t, splat(-1.2420140846e-1))
  p = madd(p, t, splat(1.4249322787e-1))
  p = madd(p, t, splat(-1.6668057665e-1))
  p = madd(p, t, splat(2.0000714765e-1))
  p = madd(p, t, splat(-2.4999993993e-1))
  p = madd(p, t, splat(3.3333331174e-1))
  const square = f32x4.mul(t, t)
  let result = madd(f32x4.mul(p, t), square, f32x4.mul(e, splat(-2.12194440e-4)))
  result = f32x4.add(madd(square, splat(-0.5), result), t)
  result = madd(e, splat(0.693359375), result)
  return f32x4.add(result, f32x4.sub(x, x))
}
