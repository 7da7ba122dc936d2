import { GROUP_NORM_EPSILON, type GroupNormOptions } from '../ops/groupNorm'
import type { GraphBuilder } from './graphBuilder'

/** The operations of `nn/ops` as ONNX nodes, channels second. Each returns the name of its output. */

/** Size-keeping convolution. `kernel` is (k, k, I, O), as the trained one; `bias` (O) or null. */
export function convNode(
  graph: GraphBuilder,
  x: string,
  kernel: Float32Array,
  [k, , inputs, outputs]: readonly [number, number, number, number],
  bias: Float32Array | null,
): string {
  const oihw = new Float32Array(kernel.length)
  for (let tap = 0; tap < k * k; tap++) {
    for (let i = 0; i < inputs; i++) {
      for (let o = 0; o < outputs; o++) {
        oihw[(o * inputs + i) * k * k + tap] = kernel[(tap * inputs + i) * outputs + o]!
      }
    }
  }
  const r = (k - 1) / 2
  const operands = [x, graph.constant(oihw, [outputs, inputs, k, k])]
  if (bias !== null) operands.push(graph.constant(bias, [outputs]))
  return graph.node('Conv', operands, {
    kernel_shape: [k, k],
    strides: [1, 1],
    pads: [r, r, r, r],
    dilations: [1, 1],
    group: 1,
  })
}

/**
 * A 1x1 convolution of a standardised input, as one of the raw input: W ((x - mean) / std) = (W / std) x - W (mean / std).
 * `kernel` (1, 1, I, O), `mean` and `std` (I).
 */
export function standardisedConvNode(
  graph: GraphBuilder,
  x: string,
  kernel: Float32Array,
  outputs: number,
  { mean, std }: { readonly mean: Float32Array; readonly std: Float32Array },
): string {
  const inputs = mean.length
  const scaled = new Float32Array(kernel.length)
  const bias = new Float32Array(outputs)
  for (let i = 0; i < inputs; i++) {
    for (let o = 0; o < outputs; o++) {
      scaled[i * outputs + o] = kernel[i * outputs + o]! / std[i]!
      bias[o]! -= scaled[i * outputs + o]! * mean[i]!
    }
  }
  return convNode(graph, x, scaled, [1, 1, inputs, outputs], bias)
}

/** Group normalisation: instance normalisation over the groups, laid out as channels, then scale and shift (C). */
export function groupNormNode(
  graph: GraphBuilder,
  x: string,
  scale: Float32Array,
  shift: Float32Array,
  { groups, activation }: GroupNormOptions,
): string {
  const channels = scale.length
  const grouped = graph.node('Reshape', [x, graph.indices([0, groups, -1])])
  const normalised = graph.node(
    'InstanceNormalization',
    [
      grouped,
      graph.constant(new Float32Array(groups).fill(1), [groups]),
      graph.constant(new Float32Array(groups), [groups]),
    ],
    { epsilon: { float: GROUP_NORM_EPSILON } },
  )
  const restored = graph.node('Reshape', [normalised, graph.node('Shape', [x])])
  const scaled = graph.node('Mul', [restored, graph.constant(scale, [1, channels, 1, 1])])
  const shifted = graph.node('Add', [scaled, graph.constant(shift, [1, channels, 1, 1])])
  return activation === 'relu' ? graph.node('Relu', [shifted]) : shifted
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
