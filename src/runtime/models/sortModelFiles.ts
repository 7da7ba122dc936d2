import { AppError } from '../../core/errors'
import { backboneInterfaceOf } from '../../nn/onnx/backbones/prepareBackbone'
import { OnnxFault } from '../../nn/onnx/protobufFields'
import type { PickedFile } from '../../ports/files'
import { fileName } from './catalogue'
import { readOnnxHeader, type OnnxHeader } from './onnxHeader'

export interface SortedGraph {
  readonly name: string
  readonly graph: Uint8Array<ArrayBuffer>
  /** Under the names that the graph recorded. */
  readonly externalData: readonly { readonly path: string; readonly data: Uint8Array<ArrayBuffer> }[]
}

export interface SortedModel {
  readonly encoder: SortedGraph
  /** The very same object as `encoder` for a model of one graph. */
  readonly decoder: SortedGraph
}

interface ReadGraph {
  readonly file: PickedFile
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly header: OnnxHeader
}

/**
 * Finds the graphs of one model and their weights among files that somebody chose. The encoder has fewer inputs: the
 * picture, where a decoder takes what the encoder found and a prompt. A lone graph with several inputs may be a model
 * that does everything, and one with the tensors of a backbone is one. Which family they speak, and whether they belong together, is told later, by the runtime.
 * Throws `model/incompatible` naming the file, what is wrong with it, and what would help.
 */
export async function sortModelFiles(
  files: readonly PickedFile[],
  signal: AbortSignal,
): Promise<SortedModel> {
  const graphs: ReadGraph[] = []
  for (const file of files.filter((one) => /\.onnx$/i.test(one.path))) {
    signal.throwIfAborted()
    graphs.push(await readGraph(file))
  }
  graphs.sort((a, b) => a.header.inputs.length - b.header.inputs.length)
  const [first, second] = graphs
  if (first === undefined) {
    throw refused(
      'none of these files ends in .onnx: choose the encoder and the decoder of one model, or one backbone',
    )
  }
  refuseWrongNumbers(graphs)
  const encoder = await withWeights(first, files)
  return { encoder, decoder: second === undefined ? encoder : await withWeights(second, files) }
}

async function readGraph(file: PickedFile): Promise<ReadGraph> {
  const bytes = await file.bytes()
  if (bytes.length === 0) throw refused(`${fileName(file.path)} is empty: copy or download it again`)
  try {
    return { file, bytes, header: readOnnxHeader(bytes) }
  } catch (error) {
    if (!(error instanceof OnnxFault)) throw error
    throw refused(
      `${fileName(file.path)} cannot be used: ${error.message} (${bytes.length} bytes). Copy or download it again`,
    )
  }
}

async function withWeights(
  { file, bytes, header }: ReadGraph,
  files: readonly PickedFile[],
): Promise<SortedGraph> {
  const name = fileName(file.path)
  const externalData: { path: string; data: Uint8Array<ArrayBuffer> }[] = []
  for (const [path, leastBytes] of header.externalData) {
    const found = files.find((one) => fileName(one.path) === fileName(path))
    if (found === undefined) {
      throw refused(
        `${name} keeps its weights in ${fileName(path)}, which is not among the files: add it too`,
      )
    }
    const data = await found.bytes()
    if (data.length < leastBytes) {
      throw refused(
        `${fileName(path)} has ${data.length} bytes, but ${name} needs at least ${leastBytes}: it is truncated, or belongs to another graph. Copy or download it again`,
      )
    }
    externalData.push({ path, data })
  }
  return { name, graph: bytes, externalData }
}

/** What no family could be: an encoder without a decoder, two encoders, or more than two graphs. */
function refuseWrongNumbers(graphs: readonly ReadGraph[]): void {
  const encoders = graphs.filter(({ header }) => header.inputs.length <= 1)
  const list = (some: readonly ReadGraph[]): string => some.map(({ file }) => fileName(file.path)).join(', ')
  if (graphs.length === 1 && encoders.length === 1) {
    const { inputs, outputs } = graphs[0]!.header
    if (backboneInterfaceOf({ inputs, outputs }) !== null) return
    throw refused(
      `${list(graphs)} looks like an encoder (its one input: ${inputs.join()}): add the decoder of the same model, both at once. It is no backbone, for it gives ${outputs.join(', ')}; those take pixel_values and give last_hidden_state, or feat4, feat8, feat16 and feat32`,
    )
  }
  if (encoders.length > 1 && encoders.length === graphs.length) {
    throw refused(`these are ${graphs.length} encoders (${list(graphs)}): choose one, and its decoder`)
  }
  if (graphs.length > 2) {
    const decoders = graphs.filter((graph) => !encoders.includes(graph))
    throw refused(
      `these are ${graphs.length} graphs (one input, as encoders have: ${list(encoders) || 'none'}; several, as decoders have: ${list(decoders)}): choose one of each`,
    )
  }
}

function refused(message: string): AppError {
  return new AppError('model/incompatible', message)
}
