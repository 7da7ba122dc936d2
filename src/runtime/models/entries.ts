import type { ModelEntry } from '../../ports/modelLibrary'
import { fileName, filesOf, type CatalogueEntry } from './catalogue'
import { cautionOf, obstacleOf, type DeviceFacts } from './deviceFacts'
import { PART_ENDING } from './modelFolder'
import { filesOfRecord, type ModelRecord } from './modelRecord'

type Files = ModelEntry['files']

/** A model of the catalogue as the screen shows it; `record` is null while it is not (wholly) here. */
export function entryOfCatalogue(
  entry: CatalogueEntry,
  record: ModelRecord | null,
  present: ReadonlyMap<string, number>,
  facts: DeviceFacts,
): ModelEntry {
  const files = withBytesHere(
    filesOf(entry).map(({ path, bytes, isAbout, sha256 }) => ({
      name: fileName(path),
      bytes: isAbout === true ? (present.get(sha256) ?? bytes) : bytes,
      sha256,
    })),
    present,
  )
  const state = stateOf(files, record)
  const bytesLeft = files.reduce((sum, file) => sum + file.bytes - file.bytesHere, 0)
  return {
    id: entry.id,
    title: entry.title,
    summary: entry.summary,
    kind: entry.features === null ? 'segmenter' : 'backbone',
    features: entry.features,
    source: 'catalogue',
    family: record?.family ?? null,
    licence: entry.licence,
    origin: entry.origin,
    files,
    state,
    obstacle: (state === 'ready' ? record?.obstacle : null) ?? obstacleOf(entry, bytesLeft, facts),
    caution: joined(
      entry.isProven === true ? null : familyCaution(record),
      record?.caution ?? null,
      cautionOf(entry, facts),
    ),
  }
}

/** A model from files of the person's disk. */
export function entryOfFiles(
  record: ModelRecord,
  present: ReadonlyMap<string, number>,
  isDurable: boolean,
): ModelEntry {
  const files = withBytesHere(filesOfRecord(record), present)
  return {
    id: record.id,
    title: record.title,
    summary: 'From files on this computer.',
    kind: record.backbone === null ? 'segmenter' : 'backbone',
    features: record.backbone?.kind ?? null,
    source: 'files',
    family: record.family,
    licence: {
      name: 'licence not stated',
      url: null,
      note: 'Files carry no licence: ask where they come from.',
    },
    origin: null,
    files,
    state: stateOf(files, record),
    obstacle: record.obstacle,
    caution: joined(
      familyCaution(record),
      record.caution,
      isDurable ? null : 'This browser keeps nothing: the model goes when the page is closed.',
    ),
  }
}

/** No published weights have been run with this version (docs/models/library.md): what is known is known of fixtures. */
function familyCaution(record: ModelRecord | null): string | null {
  return record?.family == null
    ? null
    : `Recognised as ${record.family} by its tensors. This version has run that interface on test models only, not on published weights: look closely at what it gives first.`
}

function withBytesHere(
  files: readonly { readonly name: string; readonly bytes: number; readonly sha256: string }[],
  present: ReadonlyMap<string, number>,
): Files {
  return files.map((file) => ({
    ...file,
    bytesHere: Math.min(
      file.bytes,
      present.get(file.sha256) ?? present.get(`${file.sha256}${PART_ENDING}`) ?? 0,
    ),
  }))
}

function stateOf(files: Files, record: ModelRecord | null): ModelEntry['state'] {
  if (record !== null && record.damaged.length > 0) return 'damaged'
  if (files.every((file) => file.bytesHere === file.bytes)) return 'ready'
  if (files.every((file) => file.bytesHere === 0)) return 'absent'
  return 'partial'
}

function joined(...sentences: readonly (string | null)[]): string | null {
  const said = sentences.filter((sentence) => sentence !== null)
  return said.length === 0 ? null : said.join(' ')
}
