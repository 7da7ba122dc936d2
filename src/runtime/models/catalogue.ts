import type { BackboneKind } from '../../ml/training'

/** A file of a published model, pinned: what is fetched is used only when its length and hash are these. */
export interface CatalogueFile {
  /** Path inside the repository. */
  readonly path: string
  readonly bytes: number
  /** True: `bytes` is about right only, for no source gives the length. The hash decides alone. */
  readonly isAbout?: boolean
  readonly sha256: string
}

export interface CatalogueGraph {
  readonly graph: CatalogueFile
  /** Weights beside the graph, under the name that the graph recorded: the last part of the path. */
  readonly externalData: readonly CatalogueFile[]
}

/** A public model that can be fetched, or added from files, when somebody asks for it. */
export interface CatalogueEntry {
  readonly id: string
  readonly title: string
  readonly summary: string
  /** Null: it can only be added from files. The revision is a commit, never a branch, whose files may change. */
  readonly origin: { readonly repository: string; readonly revision: string } | null
  readonly licence: { readonly name: string; readonly url: string; readonly note: string | null }
  readonly encoder: CatalogueGraph
  /** The very same object as `encoder` for a model of one graph. */
  readonly decoder: CatalogueGraph
  /** What kind of features it gives; null: it is a promptable segmenter. */
  readonly features: BackboneKind | null
  /** Published weights of this very file have been run by the tests, so that nothing is left to be said about them. */
  readonly isProven?: boolean
  /** Half-precision graphs: worth their bytes only on a GPU with `shader-f16`. */
  readonly needsShaderF16: boolean
  /**
   * The largest buffer that the encoder binds at once on a GPU; null: below 128 MiB, which every WebGPU device gives.
   * Derived from the architecture (unfused attention), not measured.
   */
  readonly bindingBytes: number | null
}

/** Where the catalogue's repositories are; a mirror replaces it. */
const CATALOGUE_HOST = 'https://huggingface.co'

/** Address of a file: `{host}/{repository}/resolve/{revision}/{path}`. */
export function addressOf(
  { repository, revision }: NonNullable<CatalogueEntry['origin']>,
  file: Pick<CatalogueFile, 'path'>,
  mirror: string | null,
): string {
  return `${mirror ?? CATALOGUE_HOST}/${repository}/resolve/${revision}/${file.path}`
}

export function filesOf({ encoder, decoder }: CatalogueEntry): readonly CatalogueFile[] {
  const graphs = encoder === decoder ? [encoder] : [encoder, decoder]
  return graphs.flatMap(({ graph, externalData }) => [graph, ...externalData])
}

export function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
