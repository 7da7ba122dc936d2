import type { RunId } from '../domain/records'
import type { CheckpointStore } from '../ports/checkpointStore'
import { writeStrictly, type Database } from './database'
import { sizeText } from './storageError'

/** Checkpoints as rows of IndexedDB, where there is no private file system. */
export function createIdbCheckpoints(database: Database): CheckpointStore {
  return {
    put: (projectId, runId, bytes) =>
      database.run(`Storing a checkpoint of ${sizeText(bytes.byteLength)}`, (connection) =>
        writeStrictly(connection, ['checkpoints'], async (transaction) => {
          await transaction.objectStore('checkpoints').put(bytes.slice(), [projectId, runId])
        }),
      ),
    get: async (projectId, runId) =>
      (await database.run('Reading a checkpoint', (connection) =>
        connection.get('checkpoints', [projectId, runId]),
      )) ?? null,
    remove: (projectId, runId) =>
      database.run('Deleting a checkpoint', (connection) =>
        writeStrictly(connection, ['checkpoints'], (transaction) =>
          transaction.objectStore('checkpoints').delete([projectId, runId]),
        ),
      ),
    list: async (projectId) => {
      const keys = await database.run('Listing checkpoints', (connection) =>
        connection.getAllKeys('checkpoints', IDBKeyRange.bound([projectId, ''], [projectId, '\uffff'])),
      )
      return keys.map(([, runId]) => runId as RunId)
    },
  }
}
