import { AppError } from '../../core/errors'
import type { PickedFile } from '../../ports/files'
import { fileName } from './catalogue'
import { OnnxFault, readOnnxHeader, type OnnxHeader } from './onnxHeader'

export interface SortedGraph {
  readonly name: string
  readonly graph: Uint8Array<ArrayBuffer>
  /** Under the names that the graph recorded. */
  readonly externalData: readonly { readonly path: string; readonly data: Uint8Array<ArrayBuffer> }[]
}

export interface SortedModel {
  readonly encoder: SortedGraph
  readonly decoder: SortedGraph
}

interface ReadGraph {
  readonly file: PickedFile
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly header: OnnxHeader
}

/**
 * Finds encoder, decoder and their weights among files that somebody chose. The encoder is the graph with one input,
 * the picture; the decoder takes what the encoder found, and a prompt. Which family they speak is told later, by the
 * runtime. Throws `model/incompatible` naming the file, what is wrong with it, and what would help.
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
  const encoders = graphs.filter(({ header }) => header.inputs.length === 1)
  const decoders = graphs.filter(({ header }) => header.inputs.length !== 1)
  const [encoder, decoder] = [encoders[0], decoders[0]]
  if (encoder === undefined || decoder === undefined || graphs.length !== 2)
    throw notAPair(encoders, decoders)
  return { encoder: await withWeights(encoder, files), decoder: await withWeights(decoder, files) }
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

function notAPair(encoders: readonly ReadGraph[], decoders: readonly ReadGraph[]): AppError {
  const first = encoders[0] ?? decoders[0]
  if (first === undefined) {
    return refused('none of these files ends in .onnx: choose the encoder and the decoder of one model')
  }
  if (encoders.length + decoders.length === 1) {
    const [is, other] = encoders.length === 1 ? ['the encoder', 'decoder'] : ['the decoder', 'encoder']
    return refused(
      `${fileName(first.file.path)} looks like ${is} (inputs: ${first.header.inputs.join(', ')}): add the ${other} of the same model, both at once`,
    )
  }
  const list = (graphs: readonly ReadGraph[]): string =>
    graphs.map(({ file }) => fileName(file.path)).join(', ')
  if (decoders.length === 0) {
    return refused(`these are ${encoders.length} encoders (${list(encoders)}): choose one, and a decoder`)
  }
  if (encoders.length === 0) {
    return refused(
      `these look like ${decoders.length} decoders (${list(decoders)}), an encoder has one input: choose one decoder, and its encoder`,
    )
  }
  return refused(
    `these are ${encoders.length + decoders.length} graphs (encoder: ${list(encoders)}; decoder: ${list(decoders)}): choose one of each`,
  )
}

function refused(message: string): AppError {
  return new AppError('model/incompatible', message)
}
