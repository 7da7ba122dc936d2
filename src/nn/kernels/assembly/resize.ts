import { address, whole } from './arguments'
import { loadLanes, madd, splat, storeLanes } from './simd'

/**
 * Bilinear resize, pixel centres at halves, channels last: output o of m sees s = max((o + .5) n / m - .5, 0) of n inputs,
 * between floor(s) and the next one.
 */
@inline
export function samplePoint(o: i32, n: i32, m: i32): f64 {
  return max<f64>(((<f64>o + 0.5) * <f64>n) / <f64>m - 0.5, 0)
}

/** One row of outputs of one picture: x (n, h, w, channels) -> y (n, height, width, channels). */
export function resizeRow(task: i32, _thread: i32, args: usize): void {
  const h = whole(args, 2)
  const w = whole(args, 3)
  const height = whole(args, 4)
  const width = whole(args, 5)
  const channels = whole(args, 6)
  const pixelBytes = <usize>channels << 2
  const rowBytes = <usize>w * pixelBytes
  const point = samplePoint(task % height, h, height)
  const i = min(<i32>point, h - 1)
  const down = splat(<f32>(point - <f64>i))
  const upper = address(args, 0) + <usize>((task / height) * h + i) * rowBytes
  const lower = i + 1 < h ? upper + rowBytes : upper
  let to = address(args, 1) + <usize>task * <usize>width * pixelBytes
  for (let o = 0; o < width; o++, to += pixelBytes) {
    const at = samplePoint(o, w, width)
    const j = min(<i32>at, w - 1)
    const across = splat(<f32>(at - <f64>j))
    const left = <usize>j * pixelBytes
    const right = j + 1 < w ? left + pixelBytes : left
    for (let c = 0; c < channels; c += 4) {
      const lanes = channels - c
      const by = <usize>c << 2
      const a = loadLanes(upper + left + by, lanes)
      const b = loadLanes(lower + left + by, lanes)
      const first = madd(f32x4.sub(b, a), down, a)
      const d = loadLanes(upper + right + by, lanes)
      const e = loadLanes(lower + right + by, lanes)
      const second = madd(f32x4.sub(e, d), down, d)
      storeLanes(to + by, madd(f32x4.sub(second, first), across, first), lanes)
    }
  }
}

/** The adjoint for one picture: dy (n, height, width, channels) -> dx (n, h, w, channels). */
export function resizeAdjoint(task: i32, _thread: i32, args: usize): void {
  const h = whole(args, 2)
  const w = whole(args, 3)
  const height = whole(args, 4)
  const width = whole(args, 5)
  const channels = whole(args, 6)
  const pixelBytes = <usize>channels << 2
  const rowBytes = <usize>w * pixelBytes
  const dx = address(args, 1) + <usize>(task * h) * rowBytes
  memory.fill(dx, 0, <usize>h * rowBytes)
  let from = address(args, 0) + <usize>(task * height * width) * pixelBytes
  for (let row = 0; row < height; row++) {
    const point = samplePoint(row, h, height)
    const i = min(<i32>point, h - 1)
    const down = splat(<f32>(point - <f64>i))
    const upper = dx + <usize>i * rowBytes
    const lower = i + 1 < h ? upper + rowBytes : upper
    for (let o = 0; o < width; o++, from += pixelBytes) {
      const at = samplePoint(o, w, width)
      const j = min(<i32>at, w - 1)
      const across = splat(<f32>(at - <f64>j))
      const left = <usize>j * pixelBytes
      const right = j + 1 < w ? left + pixelBytes : left
      for (let c = 0; c < channels; c += 4) {
        const lanes = channels - c
        const by = <usize>c << 2
        const g = loadLanes(from + by, lanes)
        const gRight = f32x4.mul(g, across)
        const gLeft = f32x4.sub(g, gRight)
        const lowerLeft = f32x4.mul(gLeft, down)
        const lowerRight = f32x4.mul(gRight, down)
        add(upper + left + by, f32x4.sub(gLeft, lowerLeft), lanes)
        add(upper + right + by, f32x4.sub(gRight, lowerRight), lanes)
        add(lower + left + by, lowerLeft, lanes)
        add(lower + right + by, lowerRight, lanes)
      }
    }
  }
}

@inline
function add(at: usize, value: v128, lanes: i32): void {
  storeLanes(at, f32x4.add(loadLanes(at, lanes), value), lanes)
}
