import { BATCH_NORM_EPSILON } from '../ops/batchNorm'
import type { GraphBuilder } from './graphBuilder'

/** The operations of `nn/ops` as ONNX nodes, channels second. Each returns the name of its output. */

/** Convolution padded by (k - 1) / 2, so size-keeping with stride 1. `kernel` is (k, k, I, O), as the trained one; `bias` (O). */
export function convNode(
  graph: GraphBuilder,
  x: string,
  { kernel, bias }: FoldedConv,
  k: number,
  stride = 1,
): string {
  const outputs = bias.length
  const inputs = kernel.length / (k * k * outputs)
  const oihw = new Float32Array(kernel.length)
  for (let tap = 0; tap < k * k; tap++) {
    for (let i = 0; i < inputs; i++) {
      for (let o = 0; o < outputs; o++) {
        oihw[(o * inputs + i) * k * k + tap] = kernel[(tap * inputs + i) * outputs + o]!
      }
    }
  }
  const r = (k - 1) / 2
  const operands = [x, graph.constant(oihw, [outputs, inputs, k, k]), graph.constant(bias, [outputs])]
  return graph.node('Conv', operands, {
    kernel_shape: [k, k],
    strides: [stride, stride],
    pads: [r, r, r, r],
    dilations: [1, 1],
    group: 1,
  })
}

export interface FoldedConv {
  readonly kernel: Float32Array
  readonly bias: Float32Array
}

/**
 * A convolution and the batch normalisation after it, as one convolution. `kernel` (k, k, I, O), `bias` (O), none: 0.
 * Of fewer normalised channels C, O = blocks * C, channel o belongs to o mod C, as after a PixelShuffle.
 */
export function foldNorm(
  kernel: Float32Array,
  norm: {
    readonly scale: Float32Array
    readonly shift: Float32Array
    readonly mean: Float32Array
    readonly variance: Float32Array
  },
  bias: Float32Array = new Float32Array(norm.scale.length),
): FoldedConv {
  const channels = norm.scale.length
  const gain = norm.scale.map((scale, o) => scale / Math.sqrt(norm.variance[o]! + BATCH_NORM_EPSILON))
  return {
    kernel: kernel.map((value, i) => value * gain[i % channels]!),
    bias: bias.map((value, o) => {
      const c = o % channels
      return norm.shift[c]! + (value - norm.mean[c]!) * gain[c]!
    }),
  }
}

/**
 * A 1x1 convolution of a standardised input, as one of the raw input: W ((x - mean) / std) = (W / std) x - W (mean / std).
 * `kernel` (1, 1, I, O), `mean` and `std` (I).
 */
export function foldStandard(
  { kernel, bias }: FoldedConv,
  { mean, std }: { readonly mean: Float32Array; readonly std: Float32Array },
): FoldedConv {
  const outputs = bias.length
  const scaled = kernel.map((value, i) => value / std[Math.floor(i / outputs)]!)
  const moved = Float32Array.from(bias)
  scaled.forEach((value, i) => {
    moved[i % outputs]! -= value * mean[Math.floor(i / outputs)]!
  })
  return { kernel: scaled, bias: moved }
}

/** Bilinear resize to the height and width of another value, up or down, pixel centres at halves, as `ops/resize`. */
export function resizeNode(graph: GraphBuilder, x: string, like: string): string {
  const dims = (of: string, from: number, to: number): string =>
    graph.node('Slice', [graph.node('Shape', [of]), graph.indices([from]), graph.indices([to])])
  const sizes = graph.node('Concat', [dims(x, 0, 2), dims(like, 2, 4)], { axis: 0 })
  return graph.node('Resize', [x, null, null, sizes], {
    mode: 'linear',
    coordinate_transformation_mode: 'half_pixel',
  })
}

/** Bilinear enlargement with pixel centres at halves, as `ops/upsample`. */
export function upsampleNode(graph: GraphBuilder, x: string, factor: number): string {
  if (factor === 1) return x
  const scales = graph.constant(Float32Array.of(1, 1, factor, factor), [4])
  return graph.node('Resize', [x, null, scales], {
    mode: 'linear',
    coordinate_transformation_mode: 'half_pixel',
  })
}
