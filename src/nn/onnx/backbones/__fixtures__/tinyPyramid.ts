import { createRandom } from '../../../../core/random'
import { createGraphBuilder } from '../../graphBuilder'

/** Options of a small random feature pyramid in the shape of the MobileNetV2 export. */
export interface TinyPyramid {
  readonly strides?: readonly number[]
  readonly seed?: number
  /** A further output, as a classifier has it. */
  readonly hasScores?: boolean
  /** Multiplies the finest map; NaN spoils it. */
  readonly gain?: number
}

/** Strided convolutions with random weights: `pixel_values` -> `feat4`, `feat8`, `feat16`, `feat32`. */
export function tinyPyramid({
  strides = [4, 8, 16, 32],
  seed = 1,
  hasScores = false,
  gain = 1,
}: TinyPyramid = {}): Uint8Array<ArrayBuffer> {
  const graph = createGraphBuilder()
  const random = createRandom(seed)
  const weights = (dims: readonly number[], spread: number): string => {
    const size = dims.reduce((a, b) => a * b, 1)
    return graph.constant(
      Float32Array.from({ length: size }, () => spread * random.normal()),
      dims,
    )
  }
  let x = graph.input('pixel_values', [1, 3, 'height', 'width'])
  let channels = 3
  let stride = 1
  for (const wanted of [4, 8, 16, 32]) {
    const step = wanted / stride
    const next = 4 + 2 * Math.log2(wanted)
    const conv = graph.node('Conv', [x, weights([next, channels, step, step], 1 / step), weights([next], 0.1)], {
      kernel_shape: [step, step],
      strides: [step, step],
    })
    const relu = graph.node('Clip', [conv, graph.constant(Float32Array.of(0), []), graph.constant(Float32Array.of(6), [])])
    const factor = graph.constant(Float32Array.of(wanted === 4 ? gain : 1), [])
    x = strides.includes(wanted)
      ? graph.node('Mul', [relu, factor], {}, `feat${wanted}`)
      : graph.node('Mul', [relu, factor])
    if (strides.includes(wanted)) graph.output(`feat${wanted}`, [1, next, `h${wanted}`, `w${wanted}`])
    channels = next
    stride = wanted
  }
  if (hasScores) {
    graph.node('GlobalAveragePool', [x], {}, 'logits')
    graph.output('logits', [1, channels, 1, 1])
  }
  return graph.finish('tiny pyramid', {})
}
