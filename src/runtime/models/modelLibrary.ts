import { AppError } from '../../core/errors'
import type { JobOptions } from '../../core/job'
import type { Cell } from '../../core/observable'
import type { PickedFile } from '../../ports/files'
import type { ModelEntry, ModelLibrary } from '../../ports/modelLibrary'
import { sha256Hex } from '../modelStore'
import { addressOf, fileName, filesOf, type CatalogueEntry } from './catalogue'
import type { DeviceFacts } from './deviceFacts'
import type { FetchFile } from './downloadClient'
import { entryOfCatalogue, entryOfFiles } from './entries'
import type { InspectedModel } from '../inference/inspectModel'
import type { LibraryModel, OpenLibraryBackbone, OpenLibraryModel } from './libraryModel'
import type { MirrorSetting } from './mirrorAddress'
import type { ModelFolder } from './modelFolder'
import {
  filesOfRecord,
  isRecordName,
  readRecord,
  recordName,
  writeRecord,
  type ModelRecord,
  type StoredFile,
} from './modelRecord'
import { sortModelFiles } from './sortModelFiles'
import {
  graphsOf,
  modelHashOf,
  recordOf,
  sameFiles,
  storedModel,
  titleOf,
  weightsHashOf,
} from './storedModel'

/** What the runtime finds out by opening the graphs. Throws `model/incompatible` naming file, tensor and remedy. */
export type InspectModel = (model: LibraryModel, signal: AbortSignal) => Promise<InspectedModel>

export interface LibraryDeps {
  readonly catalogue: readonly CatalogueEntry[]
  readonly entries: Cell<readonly ModelEntry[]>
  readonly folder: ModelFolder
  readonly fetchFile: FetchFile
  readonly inspect: InspectModel
  /** The entry of the model that the app ships. */
  readonly embedded: () => Promise<ModelEntry>
  readonly probeDevice: () => Promise<DeviceFacts>
  readonly mirror: MirrorSetting
  /** Asks the browser not to throw the files away when the disk gets full; called after the first model. */
  readonly persist: () => Promise<void>
  /** Tells other tabs that something changed. */
  readonly announce: () => void
}

export interface OpenedLibrary {
  readonly library: ModelLibrary
  readonly open: OpenLibraryModel
  readonly openBackbone: OpenLibraryBackbone
}

/** The models of this computer: content-addressed files, a record per model, and the catalogue's pins. */
export function createModelLibrary(deps: LibraryDeps): OpenedLibrary {
  const { catalogue, folder, entries } = deps

  async function loadRecords(present: ReadonlyMap<string, number>): Promise<Map<string, ModelRecord>> {
    const records = new Map<string, ModelRecord>()
    for (const name of present.keys()) {
      if (!isRecordName(name)) continue
      const record = readRecord(await ((await folder.read(name))?.text() ?? Promise.resolve('')))
      if (record !== null) records.set(record.id, record)
    }
    return records
  }

  async function refresh(): Promise<void> {
    const [embedded, present, facts] = await Promise.all([deps.embedded(), folder.list(), deps.probeDevice()])
    const records = await loadRecords(present)
    const fromFiles = [...records.values()].filter(
      (record) => !catalogue.some((entry) => entry.id === record.id),
    )
    entries.set([
      embedded,
      ...fromFiles.map((record) => entryOfFiles(record, present, folder.isDurable)),
      ...catalogue.map((entry) => entryOfCatalogue(entry, records.get(entry.id) ?? null, present, facts)),
    ])
  }

  /** What is to be on the disk for a model, whether it is there or not. */
  async function knownModel(id: string, noun = 'model'): Promise<ModelRecord> {
    const entry = catalogue.find((one) => one.id === id)
    const text = await (await folder.read(recordName(id)))?.text()
    const record = text === undefined ? null : readRecord(text)
    if (record !== null) return record
    if (entry === undefined) {
      throw new AppError(
        'model/missing',
        `the ${noun} "${id}" is not on this computer: add its files under Models, or choose another ${noun} there`,
      )
    }
    return recordOf(entry)
  }

  async function save(record: ModelRecord): Promise<void> {
    await folder.write(recordName(record.id), writeRecord(record))
    deps.announce()
  }

  /** Of a record whose files are all here and whole. `noun` says in messages what was looked for. */
  async function openRecord(record: ModelRecord, noun: string): Promise<LibraryModel> {
    const blobs = new Map<string, Blob>()
    const files = filesOfRecord(record)
    for (const { sha256, bytes } of files) {
      const blob = await folder.read(sha256)
      if (blob?.size === bytes) blobs.set(sha256, blob)
    }
    const missing = files.filter((file) => !blobs.has(file.sha256))
    if (missing.length > 0) {
      throw new AppError(
        'model/missing',
        `the ${noun} "${record.title}" is not on this computer (${missing.length} of ${files.length} files are missing): download it or add its files under Models, or choose another ${noun} there`,
      )
    }
    const bad = files.find((file) => record.damaged.includes(file.sha256))
    if (bad !== undefined) throw damagedFile(record, bad)
    const { id, title } = record
    return { id, title, modelHash: await modelHashOf(files), ...graphsOf(record, blobs) }
  }

  const open: OpenLibraryModel = async (id) => openRecord(await knownModel(id), 'model')

  const openBackbone: OpenLibraryBackbone = async (id) => {
    const record = await knownModel(id, 'backbone')
    const model = await openRecord(record, 'backbone')
    if (record.backbone === null) {
      throw new AppError(
        'model/incompatible',
        `"${record.title}" gives no features for students: choose a backbone on the Train screen`,
      )
    }
    return { model, hash: await weightsHashOf(record), facts: record.backbone }
  }

  /** Opens the graphs once and keeps what they are. A refusal is kept too, and thrown. */
  async function inspectAndSave(record: ModelRecord, signal: AbortSignal): Promise<void> {
    await save(record)
    try {
      await save({ ...record, ...(await deps.inspect(await open(record.id), signal)), obstacle: null })
    } catch (error) {
      if (error instanceof AppError && error.code === 'model/incompatible') {
        await save({ ...record, obstacle: error.message })
      }
      throw error
    }
  }

  async function download(id: string, { signal, onProgress }: JobOptions): Promise<void> {
    const entry = catalogue.find((one) => one.id === id)
    if (entry === undefined) throw new AppError('model/missing', `there is no model "${id}" to download`)
    if (entry.origin === null) {
      throw new AppError(
        'model/missing',
        `${entry.title} cannot be fetched: add its file ${fileName(entry.encoder.graph.path)} from disk`,
      )
    }
    await refresh()
    const obstacle = entries.get().find((one) => one.id === id)?.obstacle ?? null
    if (obstacle !== null)
      throw new AppError('model/incompatible', `${entry.title} was not fetched. ${obstacle}`)
    const hadModels = entries.get().some((one) => one.source !== 'embedded' && one.state === 'ready')
    try {
      const total = await fetchFiles(entry, entry.origin, signal, onProgress)
      if (!hadModels) await deps.persist()
      onProgress({ done: total, total, note: 'opening it once', unit: 'bytes' })
      await inspectAndSave(recordOf(entry, await folder.list()), signal)
    } finally {
      await refresh()
    }
  }

  /** Fetches what is not here, one file after the other. Returns the bytes of the whole model. */
  async function fetchFiles(
    entry: CatalogueEntry,
    origin: NonNullable<CatalogueEntry['origin']>,
    signal: AbortSignal,
    onProgress: JobOptions['onProgress'],
  ): Promise<number> {
    const files = filesOf(entry)
    const total = files.reduce((sum, file) => sum + file.bytes, 0)
    const present = await folder.list()
    const damaged = (await loadRecords(present)).get(entry.id)?.damaged ?? []
    let before = 0
    for (const { path, bytes, isAbout = false, sha256 } of files) {
      const name = fileName(path)
      const hasLength = isAbout ? present.has(sha256) : present.get(sha256) === bytes
      const isWhole = hasLength && !damaged.includes(sha256)
      if (!isWhole) {
        if (present.has(sha256)) await folder.remove(sha256)
        const url = addressOf(origin, { path }, deps.mirror.mirror.get())
        const request = { url, name, bytes: isAbout ? null : bytes, sha256 }
        const blob = await deps.fetchFile(request, signal, (bytesHere, note) =>
          onProgress({ done: before + bytesHere, total, note: note === '' ? name : note, unit: 'bytes' }),
        )
        if (blob !== null) await folder.write(sha256, blob)
      }
      before += bytes
      onProgress({ done: before, total, note: name, unit: 'bytes' })
    }
    return total
  }

  async function addFiles(
    files: readonly PickedFile[],
    { signal, onProgress }: JobOptions,
  ): Promise<ModelEntry> {
    const say = (note: string): void => onProgress({ done: 0, total: 0, note })
    say('reading the files')
    const sorted = await sortModelFiles(files, signal)
    const data = new Map<string, Blob>()
    const stored = await storedModel(sorted, data)
    const hash = await modelHashOf(filesOfRecord(stored))
    const published = catalogue.find((entry) => sameFiles(recordOf(entry), stored))
    const record: ModelRecord = {
      ...stored,
      id: published?.id ?? `files:${hash.slice(0, 12)}`,
      title: published?.title ?? titleOf(stored),
      family: null,
      caution: null,
      backbone: null,
      obstacle: null,
      damaged: [],
    }
    signal.throwIfAborted()
    say('opening it once')
    // Looked at before anything is kept: a refused model leaves no trace.
    const facts = await deps.inspect(
      { id: record.id, title: record.title, modelHash: hash, ...graphsOf(record, data) },
      signal,
    )
    signal.throwIfAborted()
    say('keeping it')
    for (const [sha256, blob] of data) await folder.write(sha256, blob)
    await save({ ...record, ...facts })
    await deps.persist()
    await refresh()
    return entryOf(record.id)
  }

  async function verify(id: string, { signal, onProgress }: JobOptions): Promise<ModelEntry> {
    const record = await knownModel(id)
    const files = filesOfRecord(record)
    const total = files.reduce((sum, file) => sum + file.bytes, 0)
    const damaged: string[] = []
    let done = 0
    for (const { name, sha256, bytes } of files) {
      signal.throwIfAborted()
      onProgress({ done, total, note: name, unit: 'bytes' })
      const blob = await folder.read(sha256)
      // What is absent is no damage: the entry says so by itself.
      if (blob !== null && (await sha256Hex(new Uint8Array(await blob.arrayBuffer()))) !== sha256)
        damaged.push(sha256)
      done += bytes
    }
    await save({ ...record, damaged })
    await refresh()
    return entryOf(id)
  }

  async function remove(id: string): Promise<void> {
    const record = await knownModel(id)
    const others = [...(await loadRecords(await folder.list())).values()].filter((other) => other.id !== id)
    const shared = new Set(others.flatMap((other) => filesOfRecord(other).map((file) => file.sha256)))
    await folder.remove(recordName(id))
    for (const { sha256 } of filesOfRecord(record)) {
      if (shared.has(sha256)) continue
      await folder.remove(sha256)
      await folder.remove(`${sha256}.part`)
    }
    deps.announce()
    await refresh()
  }

  function entryOf(id: string): ModelEntry {
    const entry = entries.get().find((one) => one.id === id)
    if (entry === undefined) throw new Error(`model ${id} was kept but is not listed`)
    return entry
  }

  return {
    library: { entries, refresh, download, addFiles, verify, remove, ...deps.mirror },
    open,
    openBackbone,
  }
}

function damagedFile(record: ModelRecord, file: StoredFile): AppError {
  return new AppError(
    'model/hash-mismatch',
    `${file.name} of the model "${record.title}" is damaged on this disk (its SHA-256 is no longer ${file.sha256}): delete the model under Models and download or add it again`,
  )
}
