import { address, float, whole } from './arguments'
import { madd, splat } from './simd'

/** Sum of squares of a block of a vector, a double for each task. NaN and infinity stay what they are. */
export function sumOfSquares(task: i32, _thread: i32, args: usize): void {
  const size = whole(args, 2)
  const block = whole(args, 3)
  const first = task * block
  let at = address(args, 0) + (<usize>first << 2)
  const end = at + (<usize>min(block, size - first) << 2)
  let low = f64x2.splat(0)
  let high = low
  for (; at + 16 <= end; at += 16) {
    const x = v128.load(at)
    const a = f64x2.promote_low_f32x4(x)
    const b = f64x2.promote_low_f32x4(v128.shuffle<i32>(x, x, 2, 3, 2, 3))
    low = f64x2.add(low, f64x2.mul(a, a))
    high = f64x2.add(high, f64x2.mul(b, b))
  }
  low = f64x2.add(low, high)
  let sum = f64x2.extract_lane(low, 0) + f64x2.extract_lane(low, 1)
  for (; at < end; at += 4) {
    const x = <f64>load<f32>(at)
    sum += x * x
  }
  store<f64>(address(args, 1) + (<usize>task << 3), sum)
}

/**
 * AdamW, clipping and the moving average of a block of the flat vectors, in one pass. Floats: gradient factor, 1 - rate
 * decay, step size, 1 / (1 - beta2^t), average's decay. Values from `size` on are not touched.
 */
export function adamWStep(task: i32, _thread: i32, args: usize): void {
  const size = whole(args, 9)
  const block = whole(args, 10)
  const first = task * block
  const end = min(size, first + block)
  const gradient = address(args, 0)
  const parameters = address(args, 1)
  const mean = address(args, 2)
  const meanSquare = address(args, 3)
  const average = address(args, 4)
  const newParameters = address(args, 5)
  const newMean = address(args, 6)
  const newMeanSquare = address(args, 7)
  const newAverage = address(args, 8)
  const factor = float(args, 0)
  const kept = float(args, 1)
  const stepSize = float(args, 2)
  const correction = float(args, 3)
  const decay = float(args, 4)
  let i = first
  for (; i + 4 <= end; i += 4) {
    const at = <usize>i << 2
    const g = f32x4.mul(v128.load(gradient + at), splat(factor))
    const m = madd(g, splat(0.1), f32x4.mul(v128.load(mean + at), splat(0.9)))
    const v = madd(f32x4.mul(g, g), splat(0.001), f32x4.mul(v128.load(meanSquare + at), splat(0.999)))
    const root = f32x4.sqrt(f32x4.mul(v, splat(correction)))
    const move = f32x4.mul(f32x4.div(m, f32x4.add(root, splat(1e-8))), splat(stepSize))
    const p = f32x4.sub(f32x4.mul(v128.load(parameters + at), splat(kept)), move)
    v128.store(newMean + at, m)
    v128.store(newMeanSquare + at, v)
    v128.store(newParameters + at, p)
    v128.store(
      newAverage + at,
      madd(p, splat(1 - decay), f32x4.mul(v128.load(average + at), splat(decay))),
    )
  }
  for (; i < end; i++) {
    const at = <usize>i << 2
    const g = load<f32>(gradient + at) * factor
    const m = g * 0.1 + load<f32>(mean + at) * 0.9
    const v = g * g * 0.001 + load<f32>(meanSquare + at) * 0.999
    const p = load<f32>(parameters + at) * kept - (m / (sqrt<f32>(v * correction) + 1e-8)) * stepSize
    store<f32>(newMean + at, m)
    store<f32>(newMeanSquare + at, v)
    store<f32>(newParameters + at, p)
    store<f32>(newAverage + at, p * (1 - decay) + load<f32>(average + at) * decay)
  }
}
