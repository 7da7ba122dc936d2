import { AppError } from '../../core/errors'
import { OnnxFault } from '../onnx/protobufFields'
import { onnxSource } from './onnxSource'
import type { PositionRule } from './positionTable'
import { safetensorsSource } from './safetensorsSource'
import { layoutOf, type VitLayout } from './vitLayouts'
import { blockTensor, sizeOf, vitTensorSpecs, type VitDims } from './vitTensors'
import { WeightsFault } from './weightsFault'
import type { WeightSource } from './weightSource'

/** The weights of a DINOv2-shaped vision transformer in this application's layout: `vitTensorSpecs(dims)`. */
export interface VitWeights {
  readonly dims: VitDims
  readonly positionRule: PositionRule
  readonly tensors: ReadonlyMap<string, Float32Array>
}

/** DINOv2 has 64 channels a head in every size. */
const HEAD_CHANNELS = 64
/** More blocks than any published model has; a longer chain of names is a file that lies. */
const MAX_DEPTH = 100

/**
 * Reads an ONNX or a safetensors file under the names of Hugging Face or of facebookresearch/dinov2, float32, float16 or
 * (safetensors) bfloat16. `heads` is needed only where a head has not 64 channels: nothing in the weights tells it.
 * Throws `model/incompatible` with the file's name for anything else, also for a damaged file.
 */
export function readVitWeights(
  file: Uint8Array<ArrayBuffer>,
  fileName: string,
  { heads }: { readonly heads?: number } = {},
): VitWeights {
  try {
    return weightsOf(isSafetensors(file) ? safetensorsSource(file) : onnxSource(file), heads)
  } catch (cause) {
    if (!(cause instanceof WeightsFault || cause instanceof OnnxFault)) throw cause
    throw new AppError('model/incompatible', `${fileName}: ${cause.message}`, { cause })
  }
}

/** Its JSON starts after eight bytes of length; an ONNX file has field 1 or 7 first, and no brace there with such a length. */
function isSafetensors(file: Uint8Array): boolean {
  if (file.length < 9 || file[8] !== 0x7b) return false
  // Bytes 5 to 7 of a length below 2^40 are zero.
  return file[5] === 0 && file[6] === 0 && file[7] === 0
}

function weightsOf(source: WeightSource, givenHeads: number | undefined): VitWeights {
  const found = layoutOf(source.names)
  if (found === null)
    throw new WeightsFault('it is no DINOv2 model: block 0 of a vision transformer was not found')
  const { layout, prefix } = found
  const at = (name: string): string => prefix + name
  const values = (name: string): Float32Array => {
    const tensor = source.tensor(at(name))
    if (tensor === null) throw new WeightsFault(`"${at(name)}" is missing`)
    return tensor.floats()
  }
  const patch = patchLayer(source, at(layout.patch))
  const positions = source.positions(at(layout.positions))
  if (positions === null) throw new WeightsFault(`"${at(layout.positions)}" is missing`)
  const registers = source.tensor(at(layout.registers))

  const tensors = new Map<string, Float32Array>()
  tensors.set('cls', values(layout.cls))
  if (registers !== null) tensors.set('registers', registers.floats())
  tensors.set('positions', positions.values)
  tensors.set('patch.kernel', patch.kernel)
  tensors.set('patch.bias', patch.bias)
  const depth = depthOf(source, layout, prefix)
  let mlp = 0
  for (let block = 0; block < depth; block++) mlp = readBlock(source, layout, prefix, block, values, tensors)
  tensors.set('norm.weight', values(`${layout.norm}.weight`))
  tensors.set('norm.bias', values(`${layout.norm}.bias`))

  const dim = patch.bias.length
  const dims: VitDims = {
    patch: patch.side,
    dim,
    depth,
    mlp,
    heads: headsOf(dim, givenHeads),
    registers: registers === null ? 0 : (registers.dims.at(-2) ?? 0),
    grid: Math.round(Math.sqrt(positions.values.length / dim - 1)),
  }
  check(dims, tensors)
  const { plain, registers: smoothed } = layout.positionRules
  return { dims, tensors, positionRule: source.positionRule ?? (registers === null ? plain : smoothed) }
}

/** The convolution that embeds patches, (D, 3, side, side), as a matrix with rows (y * side + x) * 3 + colour. */
function patchLayer(
  source: WeightSource,
  name: string,
): { readonly side: number; readonly kernel: Float32Array; readonly bias: Float32Array } {
  const weight = source.tensor(`${name}.weight`)
  const bias = source.tensor(`${name}.bias`)
  if (weight === null || bias === null) throw new WeightsFault(`"${name}.weight" or its bias is missing`)
  const [dim, colours, side, width] = weight.dims
  if (
    weight.dims.length !== 4 ||
    dim === undefined ||
    colours !== 3 ||
    side === undefined ||
    side !== width
  ) {
    throw new WeightsFault(
      `"${name}.weight" is ${weight.dims.join(' x ')}; square patches of three colours are read`,
    )
  }
  const stored = weight.floats()
  const kernel = new Float32Array(stored.length)
  const pixels = side * side
  for (let d = 0; d < dim; d++) {
    for (let colour = 0; colour < 3; colour++) {
      for (let p = 0; p < pixels; p++) {
        kernel[(p * 3 + colour) * dim + d] = stored[(d * 3 + colour) * pixels + p]!
      }
    }
  }
  return { side, kernel, bias: bias.floats() }
}

function depthOf(source: WeightSource, layout: VitLayout, prefix: string): number {
  let depth = 0
  while (source.tensor(`${prefix}${layout.block(depth)}${layout.norm1}.weight`) !== null) {
    depth++
    if (depth > MAX_DEPTH) throw new WeightsFault(`it has more than ${MAX_DEPTH} blocks`)
  }
  return depth
}

/** Puts the tensors of one block among the others; returns the width of its MLP. */
function readBlock(
  source: WeightSource,
  layout: VitLayout,
  prefix: string,
  block: number,
  values: (name: string) => Float32Array,
  tensors: Map<string, Float32Array>,
): number {
  const from = layout.block(block)
  const put = (name: string, data: Float32Array): void => void tensors.set(blockTensor(block, name), data)
  for (const norm of ['norm1', 'norm2'] as const) {
    put(`${norm}.weight`, values(`${from}${layout[norm]}.weight`))
    put(`${norm}.bias`, values(`${from}${layout[norm]}.bias`))
  }
  const qkv = layout.qkv.map((name) => source.linear(prefix + from + name))
  put('qkv.kernel', sideBySide(qkv))
  put('qkv.bias', Float32Array.from(qkv.flatMap(({ bias }) => [...bias])))
  let mlp = 0
  for (const name of ['proj', 'fc1', 'fc2'] as const) {
    const layer = source.linear(prefix + from + layout[name])
    put(`${name}.kernel`, layer.kernel)
    put(`${name}.bias`, layer.bias)
    if (name === 'fc1') mlp = layer.outputs
  }
  put('scale1', values(from + layout.scale1))
  put('scale2', values(from + layout.scale2))
  return mlp
}

/** Matrices of one height beside each other. */
function sideBySide(
  parts: readonly { readonly inputs: number; readonly outputs: number; readonly kernel: Float32Array }[],
): Float32Array {
  const width = parts.reduce((sum, { outputs }) => sum + outputs, 0)
  const rows = parts[0]!.inputs
  if (parts.some(({ inputs }) => inputs !== rows))
    throw new WeightsFault('query, key and value read different widths')
  const out = new Float32Array(rows * width)
  let left = 0
  for (const { outputs, kernel } of parts) {
    for (let row = 0; row < rows; row++) {
      out.set(kernel.subarray(row * outputs, (row + 1) * outputs), row * width + left)
    }
    left += outputs
  }
  return out
}

function headsOf(dim: number, given: number | undefined): number {
  const heads = given ?? dim / HEAD_CHANNELS
  if (!Number.isInteger(heads) || heads < 1 || dim % heads !== 0) {
    throw new WeightsFault(`${dim} channels make no whole number of heads of ${HEAD_CHANNELS}`)
  }
  return heads
}

/** Every tensor has the size that the others ask for, and all numbers are finite. */
function check(dims: VitDims, tensors: ReadonlyMap<string, Float32Array>): void {
  for (const spec of vitTensorSpecs(dims)) {
    const values = tensors.get(spec.name)
    if (values?.length !== sizeOf(spec)) {
      throw new WeightsFault(
        `${spec.name} has ${values?.length ?? 0} values, ${spec.shape.join(' x ')} were expected`,
      )
    }
    if (!values.every(Number.isFinite))
      throw new WeightsFault(`${spec.name} holds values that are no numbers`)
  }
}
