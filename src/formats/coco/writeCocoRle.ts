import { AppError } from '../../core/errors'
import type { JobOptions } from '../../core/job'
import type { JsonObject } from '../../core/json'
import type { Split } from '../../domain/records'
import type { ExportedFile, ExportReport, ExportSource } from '../format'
import { type CocoDraft, type CocoParams, draftCoco } from './draftCoco'
import { selfCheckCoco } from './selfCheck'

/** Writes the dataset, one file or one per split, and proves each file before it is handed out. */
export async function writeCocoRle(
  source: ExportSource,
  params: CocoParams & { readonly splitFiles: boolean },
  job: JobOptions,
): Promise<{ readonly files: readonly ExportedFile[]; readonly report: ExportReport }> {
  if (source.images.length === 0) {
    throw new AppError('export/nothing-to-export', 'no image is done or confirmed clean yet')
  }
  const draft = await draftCoco(source, params, job)
  const parts = params.splitFiles ? splitParts(draft) : [{ path: 'annotations.json', isIncluded: () => true }]
  const files: ExportedFile[] = []
  const counts = { maskCount: 0, boxOnlyCount: 0, differingPixels: 0 }
  for (const { path, isIncluded } of parts) {
    const bytes = textOf(draft, isIncluded)
    const images = draft.images.filter((_, i) => isIncluded(i)).map(({ record }) => record)
    const check = await selfCheckCoco(bytes, source, images, params, job)
    counts.maskCount += check.maskCount
    counts.boxOnlyCount += check.boxOnlyCount
    counts.differingPixels += check.differingPixels
    files.push({ path, bytes })
  }
  if (params.splitFiles) files.push(manifestOf(draft, parts))
  return {
    files,
    report: {
      files: files.map((file) => ({ path: file.path, byteLength: file.bytes.length })),
      imageCount: source.images.length,
      ...counts,
      cleanCount: source.images.filter(({ status }) => status === 'confirmedClean').length,
      leftOutCount: source.leftOut.length,
      warnings: draft.warnings,
    },
  }
}

interface Part {
  readonly path: string
  readonly isIncluded: (imageIndex: number) => boolean
}

const SPLITS: readonly (Split | null)[] = ['train', 'val', 'test', null]

function splitParts({ images }: CocoDraft): Part[] {
  return SPLITS.filter((split) => images.some(({ record }) => record.split === split)).map((split) => ({
    path: `${split ?? 'unassigned'}.json`,
    isIncluded: (index) => images[index]!.record.split === split,
  }))
}

/** One entry per line: people compare exports with line tools. Equal projects give equal bytes. */
function textOf(draft: CocoDraft, isIncluded: (imageIndex: number) => boolean): Uint8Array<ArrayBuffer> {
  const images = draft.images.filter((_, i) => isIncluded(i)).map(({ entry }) => entry)
  const annotations = draft.annotations
    .filter(({ imageIndex }) => isIncluded(imageIndex))
    .map(({ entry }) => entry)
  const fields = [
    ...Object.entries(draft.foreign).map(
      ([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`,
    ),
    listText('images', images),
    listText('categories', draft.categories),
    listText('annotations', annotations),
  ]
  return new TextEncoder().encode(`{\n${fields.join(',\n')}\n}\n`)
}

function listText(name: string, entries: readonly JsonObject[]): string {
  if (entries.length === 0) return `"${name}": []`
  return `"${name}": [\n${entries.map((entry) => JSON.stringify(entry)).join(',\n')}\n]`
}

function manifestOf({ images }: CocoDraft, parts: readonly Part[]): ExportedFile {
  const splits = parts.map(({ path, isIncluded }) => ({
    file: path,
    images: images.filter((_, i) => isIncluded(i)).map(({ record }) => record.fileName),
  }))
  return {
    path: 'manifest.json',
    bytes: new TextEncoder().encode(`${JSON.stringify({ splits }, null, 2)}\n`),
  }
}
