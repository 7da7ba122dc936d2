import { AppError } from '../core/errors'
import type { ProjectId } from '../domain/records'
import type { Damage } from '../ports/projectStorage'
import { LOG_FORMAT, requestAll, writeStrictly, type Database, type LogEntry, type LogHead } from './database'
import { examineLog, isIntact, type LogFindings } from './examineLog'
import { sha256 } from './sha256'
import { sizeText } from './storageError'

/** What is to be appended. A snapshot holds everything that was appended before it. */
export interface LogItem {
  readonly kind: LogEntry['kind']
  readonly bytes: Uint8Array
}

export interface LogContents {
  /** Oldest first; applying them all gives the document. */
  readonly updates: readonly Uint8Array[]
  readonly damage: Damage | null
}

/** The Yjs updates of one project in IndexedDB: appended, never changed, each with its number and checksum. */
export interface UpdateLog {
  /**
   * Reads from the latest sound snapshot on, up to the first damaged entry. With `repair` damaged entries move to the
   * store `damaged`, so that appending can go on. Throws `storage/project-too-new`, and `storage/damaged` when nothing
   * can be read: the log stays untouched then, and no empty project is opened over it.
   */
  read(options: { readonly repair: boolean }): Promise<LogContents>
  /** Resolves when all items are on disk (one transaction, durability strict). */
  append(items: readonly LogItem[]): Promise<void>
  /** Drops what the snapshot before the latest one replaced, once the latest has been read back and found sound. */
  prune(): Promise<void>
}

/** A Yjs update that changes nothing: takes the place of a damaged snapshot that was not needed. */
const NO_CHANGE = Uint8Array.of(0, 0)

export function createUpdateLog(database: Database, projectId: ProjectId, now: () => string): UpdateLog {
  // The last number this tab has read or written; a higher one in the log comes from another tab.
  let knownSequence = -1

  const readHead = (): Promise<LogHead> =>
    database.run('Reading the project', async (connection) => {
      return (await connection.get('heads', projectId)) ?? { projectId, sequence: -1, snapshots: [] }
    })

  const readFrom = (sequence: number): Promise<LogEntry[]> =>
    database.run('Reading the project', (connection) =>
      connection.getAll(
        'log',
        IDBKeyRange.bound([projectId, sequence], [projectId, Number.POSITIVE_INFINITY]),
      ),
    )

  /** Entries from the latest start that can be trusted: a sound snapshot, else the beginning. */
  const readTail = async (head: LogHead): Promise<LogEntry[]> => {
    for (const start of head.snapshots.toReversed()) {
      const entries = await readFrom(start)
      const first = entries[0]
      if (first !== undefined && first.sequence === start && (await isIntact(first))) return entries
    }
    return readFrom(0)
  }

  const setAside = async (found: LogFindings, head: LogHead): Promise<void> => {
    const checksum = await sha256(NO_CHANGE)
    const foundAt = now()
    await database.run('Setting damaged data aside', (connection) =>
      writeStrictly(connection, ['log', 'heads', 'damaged'], async (transaction) => {
        const log = transaction.objectStore('log')
        const spare = new Set(found.spare.map((entry) => entry.sequence))
        const snapshots = head.snapshots.filter(
          (number) => number <= found.lastSequence && !spare.has(number),
        )
        await requestAll([
          ...[...found.spare, ...found.lost].map((entry) => {
            return () => transaction.objectStore('damaged').add({ projectId, foundAt, entry })
          }),
          ...found.spare.map((entry) => {
            return () => log.put({ ...entry, kind: 'update', checksum, bytes: NO_CHANGE })
          }),
          ...found.lost.map((entry) => () => log.delete([projectId, entry.sequence])),
          () => transaction.objectStore('heads').put({ projectId, sequence: found.lastSequence, snapshots }),
        ])
      }),
    )
  }

  return {
    read: async ({ repair }) => {
      const head = await readHead()
      const found = await examineLog(await readTail(head), head.sequence)
      if (found.damage !== null && repair) await setAside(found, head)
      knownSequence = found.lastSequence
      return { updates: found.good.map((entry) => entry.bytes), damage: found.damage }
    },

    append: async (items) => {
      const entries = await Promise.all(
        items.map(async (item) => ({ ...item, checksum: await sha256(item.bytes) })),
      )
      const at = now()
      const byteCount = items.reduce((sum, item) => sum + item.bytes.byteLength, 0)
      const written = await database.run(`Saving ${sizeText(byteCount)} of the project`, (connection) =>
        writeStrictly(connection, ['log', 'heads'], async (transaction) => {
          const log = transaction.objectStore('log')
          const head = await transaction.objectStore('heads').get(projectId)
          const range = IDBKeyRange.bound([projectId, 0], [projectId, Number.POSITIVE_INFINITY])
          const lastKey = (await log.openKeyCursor(range, 'prev'))?.key
          // Numbered inside the transaction: two tabs that both write (a frozen one woke up) never overwrite each other.
          let sequence = Math.max(head?.sequence ?? -1, lastKey?.[1] ?? -1)
          const isAlone = sequence === knownSequence
          const snapshots = [...(head?.snapshots ?? [])]
          const numbered: LogEntry[] = []
          for (const { kind, bytes, checksum } of entries) {
            // A snapshot of this tab lacks what another tab wrote, so it must not stand for it.
            if (kind === 'snapshot' && !isAlone) continue
            sequence += 1
            if (kind === 'snapshot') snapshots.push(sequence)
            numbered.push({ projectId, sequence, kind, format: LOG_FORMAT, at, checksum, bytes })
          }
          const newHead = { projectId, sequence, snapshots: snapshots.slice(-2) }
          await requestAll([
            ...numbered.map((entry) => () => log.add(entry)),
            () => transaction.objectStore('heads').put(newHead),
          ])
          return isAlone ? sequence : knownSequence
        }),
      )
      knownSequence = written
    },

    prune: async () => {
      const [former, latest] = (await readHead()).snapshots
      // The generation before stays: should the latest snapshot go bad later, it still gives the whole project.
      if (former === undefined || latest === undefined) return
      const entry = await database.run('Reading the snapshot', (connection) =>
        connection.get('log', [projectId, latest]),
      )
      if (entry === undefined || !(await isIntact(entry))) {
        throw new AppError('storage/write-failed', 'The snapshot could not be read back; the log was kept.')
      }
      await database.run('Dropping replaced changes', (connection) =>
        connection.delete('log', IDBKeyRange.bound([projectId, 0], [projectId, former], false, true)),
      )
    },
  }
}
