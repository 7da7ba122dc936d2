import { openDB, type DBSchema, type IDBPDatabase, type IDBPTransaction, type StoreNames } from 'idb'
import { AppError } from '../core/errors'
import type { BlobHash, ProjectId } from '../domain/records'
import type { ProjectSummary } from '../ports/projectStorage'
import { nameOf, storageError } from './storageError'

/** One Yjs update, or a snapshot that stands for everything before it. */
export interface LogEntry {
  readonly projectId: ProjectId
  /** 0, 1, 2, ... without gaps; a snapshot takes a number like any other entry. */
  readonly sequence: number
  readonly kind: 'update' | 'snapshot'
  /** Of this record and of the document inside; see `LOG_FORMAT`. */
  readonly format: number
  /** ISO 8601, UTC. */
  readonly at: string
  /** SHA-256 of `bytes`. */
  readonly checksum: string
  readonly bytes: Uint8Array
}

/** What the log should hold, written in the same transaction as its last entry: a log that lost its end shows it. */
export interface LogHead {
  readonly projectId: ProjectId
  /** Of the last durable entry. */
  readonly sequence: number
  /** Numbers of the last two snapshots, ascending. */
  readonly snapshots: readonly number[]
}

/** A log entry that could not be used, kept as it was found. */
interface DamagedEntry {
  readonly projectId: ProjectId
  readonly foundAt: string
  readonly entry: unknown
}

export interface Schema extends DBSchema {
  projects: { key: string; value: ProjectSummary }
  log: { key: [string, number]; value: LogEntry }
  heads: { key: string; value: LogHead }
  damaged: { key: number; value: DamagedEntry; indexes: { byProject: string } }
  blobs: { key: BlobHash; value: Uint8Array<ArrayBuffer> }
  /** By project and run; used where there is no private file system. */
  checkpoints: { key: [string, string]; value: Uint8Array<ArrayBuffer> }
}

export type Connection = IDBPDatabase<Schema>

/** Written into every log entry. A log with a higher number is from a newer release: it is refused and left alone. */
export const LOG_FORMAT = 1
const SCHEMA_VERSION = 2

/** The IndexedDB database of all projects. Reopens itself after the browser closed it. */
export interface Database {
  /** Runs work on an open connection; what it throws arrives as an `AppError` that names `action`. */
  run<T>(action: string, work: (connection: Connection) => Promise<T>): Promise<T>
  close(): Promise<void>
}

export function createDatabase(name: string): Database {
  let connection: Promise<Connection> | null = null

  const connect = async (): Promise<Connection> => {
    try {
      return await openDB<Schema>(name, SCHEMA_VERSION, {
        upgrade: (database, from) => {
          if (from < 1) {
            database.createObjectStore('projects', { keyPath: 'projectId' })
            database.createObjectStore('log', { keyPath: ['projectId', 'sequence'] })
            database.createObjectStore('heads', { keyPath: 'projectId' })
            const damaged = database.createObjectStore('damaged', { autoIncrement: true })
            damaged.createIndex('byProject', 'projectId')
            database.createObjectStore('blobs')
          }
          if (from < 2) database.createObjectStore('checkpoints')
        },
        // A newer release in another tab wants to upgrade: step aside, the next use here says that it did.
        blocking: (_current, _blocked, event) => {
          connection = null
          ;(event.target as IDBDatabase).close()
        },
        terminated: () => {
          connection = null
        },
      })
    } catch (cause) {
      connection = null
      if (nameOf(cause) === 'VersionError') throw storageError(cause, 'Opening the storage')
      throw new AppError('storage/unavailable', "This browser's storage cannot be opened.", { cause })
    }
  }

  return {
    run: async (action, work) => {
      connection ??= connect()
      const current = connection
      try {
        return await work(await current)
      } catch (error) {
        // A connection that the browser closed under us stays closed; the next call opens a new one.
        if (['InvalidStateError', 'UnknownError'].includes(nameOf(error)) && connection === current) {
          connection = null
        }
        throw storageError(error, action)
      }
    },
    close: async () => {
      const current = connection
      connection = null
      if (current !== null) (await current).close()
    },
  }
}

type Store = StoreNames<Schema>

/**
 * One transaction with durability strict: resolves when it is on disk. Whatever fails, a request, the commit or the
 * work itself, nothing of it happened.
 */
export async function writeStrictly<const S extends readonly [Store, ...Store[]], T>(
  connection: Connection,
  stores: S,
  work: (transaction: IDBPTransaction<Schema, [...S], 'readwrite'>) => Promise<T>,
): Promise<T> {
  const transaction = connection.transaction([...stores] as [...S], 'readwrite', { durability: 'strict' })
  // Awaited below; when the work fails first, this one must not count as an unhandled rejection.
  transaction.done.catch(() => undefined)
  try {
    const result = await work(transaction)
    await transaction.done
    return result
  } catch (error) {
    if (nameOf(error) !== 'AbortError') tryAbort(transaction)
    throw error
  }
}

/** Makes all requests at once. One that throws instead of failing later counts as failed, and leaves none unawaited. */
export async function requestAll(requests: readonly (() => Promise<unknown>)[]): Promise<void> {
  await Promise.all(requests.map(async (request) => request()))
}

function tryAbort(transaction: { abort(): void }): void {
  try {
    transaction.abort()
  } catch (error) {
    // The failed request has ended it already.
    if (nameOf(error) !== 'InvalidStateError') throw error
  }
}
