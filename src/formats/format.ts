import type { ImportIssue } from '../core/issues'
import type { JobOptions } from '../core/job'
import type { ParamSpecs, ParamValues } from '../core/params'
import type { Rle } from '../core/raster'
import type { Box } from '../core/geometry'
import type { JsonObject } from '../core/json'
import type { ClassDef, ImageRecord, Project, PseudoMask, BoxAnnotation } from '../domain/records'

/** One object as an exporter sees it: an accepted mask, or a box that has none. */
export interface ExportObject {
  readonly kind: 'mask' | 'boxOnly' | 'ignore'
  readonly classId: string | null
  readonly mask: PseudoMask | null
  readonly box: BoxAnnotation | null
  /** Null only for `boxOnly`. */
  readonly rle: Rle | null
  readonly attributes: JsonObject
  /** Written as `score` where the file is a proposal or a prediction; truth has none. */
  readonly score?: number | null
}

/** What is exported, image by image: a project of any size never sits in memory. */
export interface ExportSource {
  readonly project: Project
  readonly classes: readonly ClassDef[]
  readonly images: readonly ImageRecord[]
  /** Images left out (unseen, skipped), for the report. */
  readonly leftOut: readonly ImageRecord[]
  objectsOf(image: ImageRecord): Promise<readonly ExportObject[]>
}

export interface ExportedFile {
  readonly path: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** What an export proved about itself before anything was saved. */
export interface ExportReport {
  readonly files: readonly { readonly path: string; readonly byteLength: number }[]
  readonly imageCount: number
  readonly maskCount: number
  readonly boxOnlyCount: number
  readonly cleanCount: number
  readonly leftOutCount: number
  /** Pixels that differ after decoding our own file with the second decoder; 0 or the export fails. */
  readonly differingPixels: number
  readonly warnings: readonly string[]
}

export interface Exporter<S extends ParamSpecs = ParamSpecs> {
  readonly id: string
  readonly title: string
  readonly summary: string
  readonly params: S
  write(
    source: ExportSource,
    params: ParamValues<S>,
    job: JobOptions,
  ): Promise<{ readonly files: readonly ExportedFile[]; readonly report: ExportReport }>
}

export function defineExporter<S extends ParamSpecs>(exporter: Exporter<S>): Exporter {
  return exporter as unknown as Exporter
}

/** One annotation an importer understood, in the image's own pixels. */
export interface ImportedObject {
  readonly externalId: string
  readonly fileName: string
  readonly categoryId: string
  readonly boxPx: Box | null
  /** Null: a box only. */
  readonly rle: Rle | null
  readonly isIgnore: boolean
  readonly score: number | null
  /** The file's own `area` field: the reference evaluator sorts truth into size ranges by it. */
  readonly declaredAreaPx: number | null
  readonly promptBoxPx: Box | null
  readonly isUnresolved: boolean
  readonly extra: JsonObject
}

/** A parsed file, matched to nothing yet: the preview shows it, the person decides. */
export interface ImportedDataset {
  readonly formatId: string
  readonly categories: readonly {
    readonly externalId: string
    readonly name: string
    readonly extra: JsonObject
  }[]
  readonly images: readonly {
    readonly externalId: string
    readonly fileName: string
    readonly width: number
    readonly height: number
    readonly extra: JsonObject
  }[]
  readonly objects: readonly ImportedObject[]
  readonly foreign: JsonObject
  readonly issues: readonly ImportIssue[]
}
