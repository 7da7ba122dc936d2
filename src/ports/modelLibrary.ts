import type { JobOptions } from '../core/job'
import type { Observable } from '../core/observable'
import type { BackboneKind } from '../ml/training'
import type { PickedFile } from './files'

/** A model that the app ships, can fetch when asked, or was given as files. */
export interface ModelEntry {
  /** `embedded`, an id of the catalogue, or `files:<first 12 hex digits of the model hash>`. */
  readonly id: string
  readonly title: string
  readonly summary: string
  /** A promptable segmenter turns boxes into masks; a backbone gives students their features. The embedded one does both. */
  readonly kind: 'segmenter' | 'backbone'
  /** What kind of features it gives; null for one that gives none. */
  readonly features: BackboneKind | null
  readonly source: 'embedded' | 'catalogue' | 'files'
  /** Interface that its tensors speak, in words; null while unknown (nothing is downloaded yet). */
  readonly family: string | null
  readonly licence: { readonly name: string; readonly url: string | null; readonly note: string | null }
  /** Where it comes from: repository and pinned revision; null for what can only be added from disk. */
  readonly origin: { readonly repository: string; readonly revision: string } | null
  readonly files: readonly {
    readonly name: string
    readonly bytes: number
    readonly sha256: string
    /** Bytes that are on this computer already. */
    readonly bytesHere: number
  }[]
  readonly state: 'ready' | 'absent' | 'partial' | 'damaged'
  /** Why this browser cannot run it, before anything is fetched; null when it can, as far as known. */
  readonly obstacle: string | null
  /** What remains to be said about it: "not run on real weights" and the like; null when nothing. */
  readonly caution: string | null
}

/** The models of this computer: promptable segmenters and backbones. Nothing is fetched unless `download` is called. */
export interface ModelLibrary {
  readonly entries: Observable<readonly ModelEntry[]>
  /** Reads what is on the disk; called once at the start of the Models screen and after changes elsewhere. */
  refresh(): Promise<void>
  /**
   * Fetches the files of a catalogue entry, going on where an interrupted download stopped, and verifies each.
   * Cancel keeps what is there. Throws `model/missing` (offline, 404), `model/hash-mismatch`, `storage/full`,
   * `model/incompatible` (the browser cannot run it).
   */
  download(id: string, options: JobOptions): Promise<void>
  /**
   * Takes the ONNX files of one model (encoder and decoder, or the one graph of a backbone, with their external data),
   * recognises its interface by tensor names and types, and keeps them. Throws `model/incompatible` naming file, tensor and remedy.
   */
  addFiles(files: readonly PickedFile[], options: JobOptions): Promise<ModelEntry>
  /** Reads every byte again; a file that differs from its SHA-256 makes the entry `damaged`. */
  verify(id: string, options: JobOptions): Promise<ModelEntry>
  /** Deletes the files of a model from this computer. */
  remove(id: string): Promise<void>
  /** Address to fetch from instead of the catalogue's host; null: the host itself. Remembered. */
  readonly mirror: Observable<string | null>
  setMirror(address: string | null): void
}
