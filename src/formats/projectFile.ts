import { AppError } from '../core/errors'
import type { ImportIssue } from '../core/issues'
import type { JobOptions } from '../core/job'
import type { Json } from '../core/json'
import type { AnyRecord, BlobHash } from '../domain/records'
import { validateRecord } from '../domain/validate'
import { isJsonArray, isJsonObject } from './json/foreignFields'
import { readJson } from './json/readJson'
import { readZip, type ZipEntry } from './zip/readZip'
import { createZipWriter } from './zip/writeZip'

/**
 * A project as one file: a ZIP of `project.json` {format, version, records} and `blobs/<sha256>` for every blob that a
 * record names. Hostile files are assumed: entry count, sizes and names are bounded before anything is inflated, and
 * every blob must hash to its own name. Equal projects give equal bytes.
 */

const PROJECT_FILE_VERSION = 1
const FORMAT = 'maskwright-project'
const LIMITS = { maxEntries: 1_000_000, maxUnpackedBytes: 4 * 1024 ** 3 }

/** Fields of records that name blobs; the run's backbone hash names a shipped model, not a blob. */
export function blobsOf(records: readonly AnyRecord[]): BlobHash[] {
  const hashes = new Set<BlobHash>()
  const add = (hash: BlobHash | null): void => {
    if (hash !== null) hashes.add(hash)
  }
  for (const record of records) {
    if (record.type === 'image' || record.type === 'mask') add(record.pixels)
    else if (record.type === 'layer') add(record.instances)
    else if (record.type === 'snapshot') add(record.document)
    else if (record.type === 'run') [record.log, record.model, record.modelInfo].forEach(add)
    else if (record.type === 'tagRun') [record.log, record.classifier].forEach(add)
  }
  return [...hashes].sort()
}

/** Writes the file. Pictures are already compressed, so they are stored as they are. */
export async function writeProjectFile(
  source: { readonly records: readonly AnyRecord[]; readonly blob: (hash: BlobHash) => Promise<Uint8Array> },
  { signal, onProgress }: JobOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const zip = createZipWriter()
  const json = JSON.stringify({ format: FORMAT, version: PROJECT_FILE_VERSION, records: source.records })
  zip.add('project.json', new TextEncoder().encode(json), false)
  const hashes = blobsOf(source.records)
  for (const [index, hash] of hashes.entries()) {
    signal.throwIfAborted()
    onProgress({ done: index, total: hashes.length, note: 'Collecting pictures and masks' })
    zip.add(`blobs/${hash}`, await source.blob(hash), true)
  }
  return zip.finish()
}

export interface OpenedProjectFile {
  readonly records: readonly AnyRecord[]
  readonly blobs: readonly Uint8Array<ArrayBuffer>[]
  readonly issues: readonly ImportIssue[]
}

/**
 * Reads the file. Throws `data/unreadable-file` when it is no project file at all and `storage/project-too-new` for a
 * file from the future; a faulty record or blob becomes an issue and the rest is kept.
 */
export async function readProjectFile(
  bytes: Uint8Array,
  sha256: (bytes: Uint8Array<ArrayBuffer>) => Promise<string>,
  { signal, onProgress }: JobOptions,
): Promise<OpenedProjectFile> {
  const issues: ImportIssue[] = []
  const entries = knownEntries(readZip(bytes, LIMITS), issues)
  const records = readRecords(entries.get('project.json')?.read(), issues)
  const blobs: Uint8Array<ArrayBuffer>[] = []
  const wanted = blobsOf(records)
  for (const [index, hash] of wanted.entries()) {
    signal.throwIfAborted()
    onProgress({ done: index, total: wanted.length, note: 'Checking pictures and masks' })
    const entry = entries.get(`blobs/${hash}`)
    if (entry === undefined) {
      issues.push(lost(`blobs/${hash}`, 'is missing from the file'))
      continue
    }
    const blob = readBlob(entry)
    if (blob !== null && (await sha256(blob)) === hash) blobs.push(blob)
    else issues.push(lost(`blobs/${hash}`, 'does not match its checksum'))
  }
  return { records, blobs, issues }
}

function knownEntries(entries: readonly ZipEntry[], issues: ImportIssue[]): Map<string, ZipEntry> {
  const known = new Map<string, ZipEntry>()
  for (const entry of entries) {
    if (isKnownName(entry.name)) known.set(entry.name, entry)
    else {
      issues.push({
        severity: 'warning',
        path: entry.name,
        message: 'is not part of a project file and was left out',
        remedy: null,
      })
    }
  }
  return known
}

/** Null when the entry is damaged: one lost picture is no reason to refuse a project. */
function readBlob(entry: ZipEntry): Uint8Array<ArrayBuffer> | null {
  try {
    return entry.read()
  } catch (error) {
    if (error instanceof AppError) return null
    throw error
  }
}

function isKnownName(name: string): boolean {
  return name === 'project.json' || /^blobs\/[0-9a-f]{64}$/.test(name)
}

function readRecords(bytes: Uint8Array | undefined, issues: ImportIssue[]): AnyRecord[] {
  if (bytes === undefined) throw refused('it holds no project.json')
  const read = readJson(bytes)
  if (read.kind === 'fault') throw refused(`project.json: ${read.issue.message}`)
  const file: Json = read.value
  if (!isJsonObject(file) || file.format !== FORMAT || typeof file.version !== 'number') {
    throw refused('project.json is not a Maskwright project')
  }
  if (file.version > PROJECT_FILE_VERSION) {
    throw new AppError(
      'storage/project-too-new',
      `the file has format version ${file.version}, this app reads up to ${PROJECT_FILE_VERSION}`,
    )
  }
  if (!isJsonArray(file.records)) throw refused('project.json has no list of records')
  const records: AnyRecord[] = []
  for (const [index, value] of file.records.entries()) {
    const result = validateRecord(value)
    if (result.kind === 'valid') records.push(result.record)
    else issues.push({ ...result.issue, path: `records[${index}]` })
  }
  return records
}

function refused(reason: string): AppError {
  return new AppError('data/unreadable-file', `this project file was refused: ${reason}`)
}

function lost(path: string, message: string): ImportIssue {
  return { severity: 'error', path, message, remedy: 'Save the project file again where it was made.' }
}
