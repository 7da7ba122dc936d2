import { idOf, type ProjectId } from '../domain/records'
import type { CheckpointStore } from '../ports/checkpointStore'
import { nameOf, sizeText, storageError } from './storageError'
import { writeWhole } from './writeWhole'

/** Checkpoints as files of the origin's private file system: a folder for each project, a file for each run. */
export function createOpfsCheckpoints(root: FileSystemDirectoryHandle): CheckpointStore {
  const folderOf = (projectId: ProjectId, create: boolean): Promise<FileSystemDirectoryHandle> =>
    root.getDirectoryHandle(uniqueOf(projectId), { create })
  /** What is asked of a file that is not there is null. */
  const orNull = async <T>(action: string, work: () => Promise<T>): Promise<T | null> => {
    try {
      return await work()
    } catch (error) {
      if (nameOf(error) === 'NotFoundError') return null
      throw storageError(error, action)
    }
  }

  return {
    put: async (projectId, runId, bytes) => {
      try {
        await writeWhole(await folderOf(projectId, true), uniqueOf(runId), bytes)
      } catch (error) {
        throw storageError(error, `Storing a checkpoint of ${sizeText(bytes.byteLength)}`)
      }
    },
    get: (projectId, runId) =>
      orNull('Reading a checkpoint', async () => {
        const handle = await (await folderOf(projectId, false)).getFileHandle(uniqueOf(runId))
        const file = await handle.getFile()
        // An empty file is what a crash leaves of the first write.
        return file.size === 0 ? null : new Uint8Array(await file.arrayBuffer())
      }),
    remove: async (projectId, runId) => {
      await orNull('Deleting a checkpoint', async () =>
        (await folderOf(projectId, false)).removeEntry(uniqueOf(runId)),
      )
    },
    list: async (projectId) =>
      (await orNull('Listing checkpoints', async () => {
        const names: string[] = []
        for await (const name of (await folderOf(projectId, false)).keys()) names.push(name)
        // A browser writes into a file of its own beside the real one.
        return names.filter((name) => !name.endsWith('.crswap')).map((name) => idOf('run', name))
      })) ?? [],
  }
}

/** Not every file system takes the colon of an id in a name. */
function uniqueOf(id: string): string {
  return id.slice(id.indexOf(':') + 1)
}
