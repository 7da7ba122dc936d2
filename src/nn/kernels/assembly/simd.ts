/** a * b + c on four lanes; one instruction where the engine has relaxed SIMD. */
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c)
  return f32x4.add(f32x4.mul(a, b), c)
}

@inline
export function splat(value: f32): v128 {
  return f32x4.splat(value)
}

/** The first `lanes` (1..4) floats of `value` to memory. */
@inline
export function storeLanes(at: usize, value: v128, lanes: i32): void {
  if (lanes >= 4) {
    v128.store(at, value)
    return
  }
  f32.store(at, f32x4.extract_lane(value, 0))
  if (lanes > 1) f32.store(at, f32x4.extract_lane(value, 1), 4)
  if (lanes > 2) f32.store(at, f32x4.extract_lane(value, 2), 8)
}

/** The first `lanes` (1..4) floats at `at`, zero behind them. */
@inline
export function loadLanes(at: usize, lanes: i32): v128 {
  if (lanes >= 4) return v128.load(at)
  let value = v128.load32_zero(at)
  if (lanes > 1) value = f32x4.replace_lane(value, 1, f32.load(at, 4))
  if (lanes > 2) value = f32x4.replace_lane(value, 2, f32.load(at, 8))
  return value
}
