import type { BackboneKind, FeatureLevel } from '../../ml/training'

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

/** What a backbone's own graph says about it, found out when it was added. */
export interface BackboneFacts {
  /** The interface in words: "DINOv2 vision transformer". */
  readonly family: string
  readonly kind: BackboneKind
  readonly levels: readonly FeatureLevel[]
  readonly multipleOf: number
  readonly preprocessing: string
}

/** A backbone of the library: one graph, and what is known of it. */
export interface LibraryBackbone {
  readonly model: LibraryModel
  /** SHA-256 of its file; over the hashes of its files when there are several. */
  readonly hash: string
  readonly facts: BackboneFacts
}

/** Throws `model/missing` when its files are not here, `model/incompatible` for a model that is no backbone. */
export type OpenLibraryBackbone = (backboneId: string) => Promise<LibraryBackbone>

/** Finds a model's files on this computer. Throws `model/missing` when they are not (all) there. */
export type OpenLibraryModel = (modelId: string) => Promise<LibraryModel>
