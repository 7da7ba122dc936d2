import {
  strFromU8,
  strToU8,
  Unzip,
  UnzipInflate,
  UnzipPassThrough,
  Zip,
  ZipDeflate,
  ZipPassThrough,
} from 'fflate'
import { AppError } from '../core/errors'
import type { ImportIssue } from '../core/issues'
import type { JobOptions } from '../core/job'
import type { AnyRecord, BlobHash } from '../domain/records'
import { validateRecord } from '../domain/validate'

/**
 * A project as one file: a ZIP of `project.json` {format, version, records} and `blobs/<sha256>` for every blob that a
 * record names. Hostile files are assumed: entry count, sizes and names are bounded before anything is inflated, and
 * every blob must hash to its own name.
 */

export const PROJECT_FILE_VERSION = 1
const FORMAT = 'maskwright-project'
const MAX_ENTRIES = 200_000
const MAX_TOTAL_BYTES = 4 * 1024 ** 3
const MAX_JSON_BYTES = 512 * 1024 ** 2

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
  }
  return [...hashes].sort()
}

/** Writes the file. Pictures are already compressed, so they are stored as they are. */
export async function writeProjectFile(
  source: { readonly records: readonly AnyRecord[]; readonly blob: (hash: BlobHash) => Promise<Uint8Array> },
  { signal, onProgress }: JobOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  let failure: Error | null = null
  const zip = new Zip((error, chunk) => {
    if (error !== null) failure = error
    else chunks.push(chunk)
  })
  const json = new ZipDeflate('project.json', { level: 6 })
  zip.add(json)
  json.push(
    strToU8(JSON.stringify({ format: FORMAT, version: PROJECT_FILE_VERSION, records: source.records })),
    true,
  )
  const hashes = blobsOf(source.records)
  for (const [index, hash] of hashes.entries()) {
    signal.throwIfAborted()
    onProgress({ done: index, total: hashes.length, note: 'Collecting pictures and masks' })
    const entry = new ZipPassThrough(`blobs/${hash}`)
    zip.add(entry)
    entry.push(await source.blob(hash), true)
  }
  zip.end()
  if (failure !== null) throw failure as Error
  return joined(chunks)
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
  const entries = unpack(bytes, issues)
  const records = readRecords(entries.get('project.json'), issues)
  const blobs: Uint8Array<ArrayBuffer>[] = []
  const wanted = blobsOf(records)
  for (const [index, hash] of wanted.entries()) {
    signal.throwIfAborted()
    onProgress({ done: index, total: wanted.length, note: 'Checking pictures and masks' })
    const blob = entries.get(`blobs/${hash}`)
    if (blob === undefined) issues.push(lost(`blobs/${hash}`, 'is missing from the file'))
    else if ((await sha256(blob)) !== hash) issues.push(lost(`blobs/${hash}`, 'does not match its checksum'))
    else blobs.push(blob)
  }
  return { records, blobs, issues }
}

function unpack(bytes: Uint8Array, issues: ImportIssue[]): Map<string, Uint8Array<ArrayBuffer>> {
  const entries = new Map<string, Uint8Array<ArrayBuffer>>()
  let count = 0
  let total = 0
  const unzip = new Unzip((file) => {
    if (++count > MAX_ENTRIES) throw refused(`more than ${MAX_ENTRIES} entries`)
    const limit = file.name === 'project.json' ? MAX_JSON_BYTES : MAX_TOTAL_BYTES
    if (!isKnownName(file.name)) {
      issues.push({
        severity: 'warning',
        path: file.name,
        message: 'is not part of a project file and was left out',
        remedy: null,
      })
      return
    }
    if (entries.has(file.name)) throw refused(`two entries are named "${file.name}"`)
    const chunks: Uint8Array[] = []
    let size = 0
    entries.set(file.name, new Uint8Array(0))
    file.ondata = (error, chunk, isLast) => {
      if (error !== null) throw refused(`"${file.name}" cannot be unpacked (${error.message})`)
      size += chunk.length
      total += chunk.length
      // Counted while inflating: the sizes in a ZIP's headers are only a claim.
      if (size > limit || total > MAX_TOTAL_BYTES)
        throw refused(`"${file.name}" unpacks to more than ${limit} bytes`)
      chunks.push(chunk)
      if (isLast) entries.set(file.name, joined(chunks))
    }
    file.start()
  })
  unzip.register(UnzipInflate)
  unzip.register(UnzipPassThrough)
  try {
    unzip.push(bytes, true)
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw new AppError('data/unreadable-file', 'this is not a readable project file: it may be cut off', {
      cause,
    })
  }
  return entries
}

function isKnownName(name: string): boolean {
  return name === 'project.json' || /^blobs\/[0-9a-f]{64}$/.test(name)
}

function readRecords(bytes: Uint8Array | undefined, issues: ImportIssue[]): AnyRecord[] {
  if (bytes === undefined || bytes.length === 0) throw refused('it holds no project.json')
  let file: { format?: unknown; version?: unknown; records?: unknown }
  try {
    file = JSON.parse(strFromU8(bytes)) as typeof file
  } catch (cause) {
    throw new AppError('data/unreadable-file', 'project.json is cut off or not JSON', { cause })
  }
  if (file.format !== FORMAT || typeof file.version !== 'number')
    throw refused('project.json is not a Maskwright project')
  if (file.version > PROJECT_FILE_VERSION) {
    throw new AppError(
      'storage/project-too-new',
      `the file has format version ${file.version}, this app reads up to ${PROJECT_FILE_VERSION}`,
    )
  }
  if (!Array.isArray(file.records)) throw refused('project.json has no list of records')
  const records: AnyRecord[] = []
  for (const [index, value] of file.records.entries()) {
    const result = validateRecord(value)
    if (result.kind === 'valid') records.push(result.record)
    else issues.push({ ...result.issue, path: `records[${index}]` })
  }
  return records
}

function joined(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0))
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.length
  }
  return whole
}

function refused(reason: string): AppError {
  return new AppError('data/unreadable-file', `this project file was refused: ${reason}`)
}

function lost(path: string, message: string): ImportIssue {
  return { severity: 'error', path, message, remedy: 'Save the project file again where it was made.' }
}
