import { AppError } from '../../../core/errors'
import type { RgbaImage } from '../../../core/raster'
import { encodeHalf } from '../../../ml/float16'
import type { BackboneKind, FeaturePack } from '../../../ml/training'
import { ELEMENTS } from '../graphBuilder'
import type { OnnxGraph } from '../readGraph'
import type { InferenceSession } from '../session'

/** Names of what goes into a graph and comes out: enough to tell what it is. */
export interface GraphNames {
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
}

/** A published interface of feature networks: one file each, one line in `index.ts`. */
export interface BackboneInterface {
  /** Who publishes it, for messages and the list of models: "DINOv2 (Transformers)". */
  readonly title: string
  readonly kind: BackboneKind
  /** At most one interface claims a graph. */
  claims(graph: GraphNames): boolean
  /** Throws `model/incompatible` naming file, tensor and remedy. */
  prepare(file: string, graph: OnnxGraph): PreparedBackbone
}

/** A backbone before its session: what to open, and how to ask it. */
export interface PreparedBackbone {
  /** The file's graph, changed to give the wanted maps and cut behind the last of them. */
  readonly onnx: Uint8Array<ArrayBuffer>
  /** Width and height of a picture must be multiples of this. */
  readonly multipleOf: number
  /** For `model.json`. */
  readonly preprocessing: string
  /** Throws `model/bad-output` for shapes that nobody expects and for values that are no numbers. */
  extract(session: InferenceSession, image: RgbaImage): Promise<FeaturePack>
}

export const BACKBONE_INPUT = 'pixel_values'

export function incompatibleBackbone(file: string, problem: string): AppError {
  return new AppError('model/incompatible', `${file}: ${problem}`)
}

/** Refuses graphs that want more than the picture, or that compute in half precision. */
export function checkBackboneGraph(file: string, graph: OnnxGraph): void {
  const others = graph.inputs.filter(({ name }) => name !== BACKBONE_INPUT).map(({ name }) => name)
  if (others.length > 0) {
    throw incompatibleBackbone(
      file,
      `besides "${BACKBONE_INPUT}" it wants ${others.join(', ')}: export it with the picture as its only input`,
    )
  }
  const input = graph.inputs.find(({ name }) => name === BACKBONE_INPUT)
  const halves = new Set(
    [...graph.tensors.values()].filter(({ type }) => type === ELEMENTS.float16).map(({ name }) => name),
  )
  // Weights may be stored as halves when a Cast makes singles of them before they are used.
  const user = graph.nodes.find(
    ({ operator, inputs }) => operator !== 'Cast' && inputs.some((name) => halves.has(name)),
  )
  if (input?.type !== ELEMENTS.float16 && user === undefined) return
  throw incompatibleBackbone(
    file,
    `it computes in half precision (${user === undefined ? `its input "${BACKBONE_INPUT}" is float16` : `its ${user.operator} takes float16 weights`}), in which layer norms overflow unseen and processors are slow: take the full-precision file (model.onnx)`,
  )
}

/** The greatest number that a half holds: features are kept as halves. */
const LARGEST_HALF = 65504

/** Values (n, channels) as a level of a pack. Throws `model/bad-output` for what is no number or too large to keep. */
export function levelOf(
  stride: number,
  channels: number,
  values: Float32Array,
  tensor: string,
): FeaturePack['levels'][number] {
  for (const value of values) {
    if (Math.abs(value) <= LARGEST_HALF) continue
    throw new AppError(
      'model/bad-output',
      `the backbone gave ${Number.isNaN(value) ? 'NaN' : value} in "${tensor}": its file is damaged, or it does not run here`,
    )
  }
  return { stride, channels, data: encodeHalf(values) }
}

/** Throws `model/bad-output`: a tensor has another shape than its interface promises. */
export function unexpectedShape(tensor: string, dims: readonly number[], expected: string): AppError {
  return new AppError(
    'model/bad-output',
    `the backbone gave "${tensor}" as ${dims.join(' x ')}, expected ${expected}: it is no backbone of this interface`,
  )
}
