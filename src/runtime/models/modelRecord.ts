import type { BackboneFacts } from './libraryModel'

/** A stored file of a model: its bytes lie in the folder under the hash. */
export interface StoredFile {
  /** As the graph or the person named it. */
  readonly name: string
  readonly bytes: number
  readonly sha256: string
}

export interface StoredGraph {
  readonly graph: StoredFile
  readonly externalData: readonly StoredFile[]
}

/** What is known of a model on this computer; one small JSON file beside the weights. */
export interface ModelRecord {
  readonly id: string
  readonly title: string
  readonly encoder: StoredGraph
  readonly decoder: StoredGraph
  /** Interface that the tensors speak; null: not looked at yet. */
  readonly family: string | null
  readonly caution: string | null
  /** Null: a promptable segmenter, or not looked at yet. */
  readonly backbone: BackboneFacts | null
  /** Why the graphs were refused when they were opened; null: they were not. */
  readonly obstacle: string | null
  /** Hashes whose bytes differed at the last verification. */
  readonly damaged: readonly string[]
}

const ENDING = '.model.json'

/** `files:0123456789ab` -> `files-0123456789ab.model.json`. */
export function recordName(id: string): string {
  return `${id.replaceAll(':', '-')}${ENDING}`
}

export function isRecordName(name: string): boolean {
  return name.endsWith(ENDING)
}

/** Each file once; a model of one graph has the same one as encoder and decoder. */
export function filesOfRecord({
  encoder,
  decoder,
}: Pick<ModelRecord, 'encoder' | 'decoder'>): readonly StoredFile[] {
  const graphs = isOneGraph({ encoder, decoder }) ? [encoder] : [encoder, decoder]
  return graphs.flatMap(({ graph, externalData }) => [graph, ...externalData])
}

export function isOneGraph({ encoder, decoder }: Pick<ModelRecord, 'encoder' | 'decoder'>): boolean {
  return encoder.graph.sha256 === decoder.graph.sha256
}

export function writeRecord(record: ModelRecord): Blob {
  return new Blob([JSON.stringify({ format: 'maskwright-model', version: 1, ...record })])
}

/** Null for a record that another version wrote or that is damaged: the model is then as good as not there. */
export function readRecord(text: string): ModelRecord | null {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return null
  }
  if (!isObject(json) || json['format'] !== 'maskwright-model' || json['version'] !== 1) return null
  const encoder = readGraph(json['encoder'])
  const decoder = readGraph(json['decoder'])
  const { id, title, family, caution, obstacle, damaged } = json
  if (typeof id !== 'string' || typeof title !== 'string' || encoder === null || decoder === null) return null
  return {
    id,
    title,
    encoder,
    decoder,
    family: textOrNull(family),
    caution: textOrNull(caution),
    backbone: readBackbone(json['backbone']),
    obstacle: textOrNull(obstacle),
    damaged: Array.isArray(damaged) ? damaged.filter((one) => typeof one === 'string') : [],
  }
}

function readGraph(json: unknown): StoredGraph | null {
  if (!isObject(json) || !Array.isArray(json['externalData'])) return null
  const graph = readFile(json['graph'])
  const externalData = json['externalData'].map(readFile)
  if (graph === null || externalData.includes(null)) return null
  return { graph, externalData: externalData.filter((file) => file !== null) }
}

function readFile(json: unknown): StoredFile | null {
  if (!isObject(json)) return null
  const { name, bytes, sha256 } = json
  if (typeof name !== 'string' || typeof bytes !== 'number' || !Number.isSafeInteger(bytes)) return null
  return typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256) ? { name, bytes, sha256 } : null
}

/** Null for facts of another shape: the model is then to be added again. */
function readBackbone(json: unknown): BackboneFacts | null {
  if (!isObject(json) || !Array.isArray(json['levels'])) return null
  const { family, kind, multipleOf, preprocessing } = json
  const isNumber = (value: unknown): value is number =>
    typeof value === 'number' && Number.isSafeInteger(value)
  const levels = json['levels'].flatMap((level: unknown) =>
    isObject(level) && isNumber(level['stride']) && isNumber(level['channels'])
      ? [{ stride: level['stride'], channels: level['channels'] }]
      : [],
  )
  if (typeof family !== 'string' || typeof preprocessing !== 'string' || !isNumber(multipleOf)) return null
  if ((kind !== 'pyramid' && kind !== 'tokens') || levels.length !== json['levels'].length) return null
  return { family, kind, levels, multipleOf, preprocessing }
}

function isObject(json: unknown): json is { readonly [key: string]: unknown } {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}

function textOrNull(json: unknown): string | null {
  return typeof json === 'string' ? json : null
}
