import { sha256Hex } from '../modelStore'
import { fileName, type CatalogueEntry, type CatalogueGraph } from './catalogue'
import type { GraphFiles, LibraryModel } from './libraryModel'
import { filesOfRecord, isOneGraph, type ModelRecord, type StoredFile, type StoredGraph } from './modelRecord'
import type { SortedGraph } from './sortModelFiles'

/** What the disk holds once a model of the catalogue is here; `present` tells the lengths that nobody published. */
export function recordOf(
  { id, title, encoder, decoder }: CatalogueEntry,
  present: ReadonlyMap<string, number> = new Map(),
): ModelRecord {
  const file = ({ path, bytes, isAbout, sha256 }: CatalogueGraph['graph']): StoredFile => ({
    name: fileName(path),
    // A file lies under its hash only when it is whole.
    bytes: isAbout === true ? (present.get(sha256) ?? bytes) : bytes,
    sha256,
  })
  const graph = (one: CatalogueGraph): StoredGraph => ({
    graph: file(one.graph),
    externalData: one.externalData.map(file),
  })
  return {
    id,
    title,
    encoder: graph(encoder),
    decoder: graph(decoder),
    family: null,
    caution: null,
    backbone: null,
    obstacle: null,
    damaged: [],
  }
}

/** Hashes every file; their bytes go into `data` under the hash. */
export async function storedModel(
  sorted: { readonly encoder: SortedGraph; readonly decoder: SortedGraph },
  data: Map<string, Blob>,
): Promise<Pick<ModelRecord, 'encoder' | 'decoder'>> {
  const file = async (name: string, bytes: Uint8Array<ArrayBuffer>): Promise<StoredFile> => {
    const sha256 = await sha256Hex(bytes)
    data.set(sha256, new Blob([bytes]))
    return { name, bytes: bytes.length, sha256 }
  }
  const graph = async (one: SortedGraph): Promise<StoredGraph> => {
    const stored = await file(one.name, one.graph)
    const externalData: StoredFile[] = []
    for (const { path, data: weights } of one.externalData) externalData.push(await file(path, weights))
    return { graph: stored, externalData }
  }
  const encoder = await graph(sorted.encoder)
  return { encoder, decoder: sorted.decoder === sorted.encoder ? encoder : await graph(sorted.decoder) }
}

/** The graphs as the inference worker wants them, from blobs by hash. */
export function graphsOf(
  record: Pick<ModelRecord, 'encoder' | 'decoder'>,
  data: ReadonlyMap<string, Blob>,
): Pick<LibraryModel, 'encoder' | 'decoder'> {
  const graph = ({ graph: stored, externalData }: StoredGraph): GraphFiles => ({
    name: stored.name,
    graph: data.get(stored.sha256)!,
    externalData: externalData.map(({ name, sha256 }) => ({ path: name, data: data.get(sha256)! })),
  })
  const encoder = graph(record.encoder)
  return { encoder, decoder: isOneGraph(record) ? encoder : graph(record.decoder) }
}

/** What a student is bound to: the file's own hash when there is one file. */
export async function weightsHashOf(record: ModelRecord): Promise<string> {
  const files = filesOfRecord(record)
  return files.length === 1 ? files[0]!.sha256 : modelHashOf(files)
}

/** SHA-256 over the hashes of all files, encoder first; names do not matter. */
export async function modelHashOf(files: readonly StoredFile[]): Promise<string> {
  return sha256Hex(new TextEncoder().encode(files.map((file) => file.sha256).join(' ')))
}

export function sameFiles(a: ModelRecord, b: Pick<ModelRecord, 'encoder' | 'decoder'>): boolean {
  const hashes = (one: Pick<ModelRecord, 'encoder' | 'decoder'>): string =>
    filesOfRecord(one)
      .map((file) => file.sha256)
      .join(' ')
  return hashes(a) === hashes(b)
}

/** "sam_encoder.onnx" and "sam_decoder.onnx" -> "sam_encoder + sam_decoder". */
export function titleOf({ encoder, decoder }: Pick<ModelRecord, 'encoder' | 'decoder'>): string {
  const base = (name: string): string => name.replace(/\.onnx$/i, '')
  return isOneGraph({ encoder, decoder })
    ? base(encoder.graph.name)
    : `${base(encoder.graph.name)} + ${base(decoder.graph.name)}`
}
