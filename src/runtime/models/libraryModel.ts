/** A graph file and the files of weights it names. Blobs cross into the worker without being copied. */
export interface GraphFiles {
  readonly name: string
  readonly graph: Blob
  /** Under the very names that the graph recorded. */
  readonly externalData: readonly { readonly path: string; readonly data: Blob }[]
}

/** A model of the library, ready to be opened by the inference worker. */
export interface LibraryModel {
  readonly id: string
  readonly title: string
  /** SHA-256 over the hashes of all its files. */
  readonly modelHash: string
  readonly encoder: GraphFiles
  /** The very same object as `encoder` for a model of one graph. */
  readonly decoder: GraphFiles
}

/** Finds a model's files on this computer. Throws `model/missing` when they are not (all) there. */
export type OpenLibraryModel = (modelId: string) => Promise<LibraryModel>
