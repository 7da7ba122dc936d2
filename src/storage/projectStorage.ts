import { AppError } from '../core/errors'
import type { ProjectId } from '../domain/records'
import type { ProjectStorage, ProjectSummary } from '../ports/projectStorage'
import { createBlobGuard } from './blobGuard'
import { createBlobs } from './blobs'
import { createDatabase, requestAll, writeStrictly, type Database } from './database'
import { createIdbBlobs } from './idbBlobs'
import { createIdbCheckpoints } from './idbCheckpoints'
import { createWriterLock } from './lock'
import { openLoggedProject } from './openLoggedProject'
import { createOpfsBlobs } from './opfsBlobs'
import { createOpfsCheckpoints } from './opfsCheckpoints'
import type { StorageHost } from './storageHost'
import { createViewMemory } from './viewMemory'

const SWEPT_KEY = 'maskwright:swept'

/** Projects in IndexedDB, with large blobs in the origin's private file system. */
export function createProjectStorage(host: StorageHost): ProjectStorage {
  const database = createDatabase(host.databaseName)
  const blobs = createBlobs({
    small: createIdbBlobs(database),
    large: host.folder === null ? null : createOpfsBlobs(host.folder),
    now: host.now,
  })
  const checkpoints =
    host.checkpointFolder === null
      ? createIdbCheckpoints(database)
      : createOpfsCheckpoints(host.checkpointFolder)
  const guard = createBlobGuard(host.locks)
  const views = createViewMemory(host.memory)
  let openCount = 0

  const lockOf = (projectId: ProjectId, onLost: () => Promise<void>) =>
    createWriterLock({
      name: `maskwright:${projectId}`,
      locks: host.locks,
      channel: host.channel(`maskwright:${projectId}`),
      onLost,
      ...(host.patienceMs === undefined ? {} : { patienceMs: host.patienceMs }),
    })

  /** Orphans come from crashes, cancelled jobs and compaction. Looking for them reads every project: once a day. */
  const sweepOnceADay = async (): Promise<void> => {
    const today = host.now().slice(0, 10)
    if (host.memory === null || views.load(SWEPT_KEY) === today) return
    views.save(SWEPT_KEY, today)
    await guard.alone(async () => (await import('./blobSweep')).sweepBlobs(database, blobs))
  }

  return {
    blobs: {
      put: async (bytes) => {
        await guard.hold()
        return blobs.put(bytes)
      },
      get: (hash) => blobs.get(hash),
      has: (hash) => blobs.has(hash),
      delete: (hash) => blobs.delete(hash),
    },

    checkpoints,

    list: async () => {
      const summaries = await listProjects(database)
      // The list does not wait for it, and a project that cannot be read now tells so when it is opened.
      sweepOnceADay().catch(() => undefined)
      return summaries
    },

    open: async (projectId) => {
      await guard.hold()
      openCount += 1
      const onClosed = async (): Promise<void> => {
        openCount -= 1
        if (openCount === 0) await guard.letGo()
      }
      return openLoggedProject({ host, database, projectId, lockOf, onClosed })
    },

    remove: async (projectId) => {
      const lock = lockOf(projectId, async () => {})
      try {
        if (!(await lock.tryAcquire())) {
          throw new AppError(
            'storage/read-only',
            'The project is open, here or in another tab. Close it there first.',
          )
        }
        await removeProject(database, projectId)
        for (const runId of await checkpoints.list(projectId)) await checkpoints.remove(projectId, runId)
      } finally {
        await lock.dispose()
      }
      views.forget(projectId)
      if (openCount === 0) await guard.letGo()
      // The project is gone by now. Its blobs may stay for the daily sweep: another tab at work may have stored some
      // that no record names yet, and a project that cannot be read may name any.
      await guard
        .alone(async () => (await import('./blobSweep')).sweepBlobs(database, blobs))
        .catch(() => false)
    },

    estimate: async () => {
      if (host.quota === null) return null
      const { usage, quota } = await host.quota.estimate()
      return { usedBytes: usage ?? 0, quotaBytes: quota ?? 0 }
    },
    persist: async () => (host.quota === null ? false : host.quota.persist()),
    loadView: views.load,
    saveView: views.save,
  }
}

/** Newest first. A project whose summary was never written (a crash right after its first change) is listed too. */
async function listProjects(database: Database): Promise<readonly ProjectSummary[]> {
  return database.run('Listing projects', async (connection) => {
    const summaries = await connection.getAll('projects')
    const known = new Set(summaries.map(({ projectId }) => projectId))
    for (const { projectId } of await connection.getAll('heads')) {
      if (known.has(projectId)) continue
      const at = (await connection.get('log', [projectId, 0]))?.at ?? new Date(0).toISOString()
      const times = { createdAt: at, updatedAt: at }
      summaries.push({
        projectId,
        name: 'Unnamed project',
        ...times,
        imageCount: 0,
        doneCount: 0,
        thumbnail: null,
      })
    }
    return summaries.toSorted((a, b) => (a.updatedAt < b.updatedAt ? 1 : -1))
  })
}

async function removeProject(database: Database, projectId: ProjectId): Promise<void> {
  await database.run('Deleting the project', (connection) =>
    writeStrictly(connection, ['projects', 'log', 'heads', 'damaged'], async (transaction) => {
      const damaged = transaction.objectStore('damaged')
      const damagedKeys = await damaged.index('byProject').getAllKeys(projectId)
      const entries = IDBKeyRange.bound([projectId, 0], [projectId, Number.POSITIVE_INFINITY])
      await requestAll([
        () => transaction.objectStore('projects').delete(projectId),
        () => transaction.objectStore('heads').delete(projectId),
        () => transaction.objectStore('log').delete(entries),
        ...damagedKeys.map((key) => () => damaged.delete(key)),
      ])
    }),
  )
}
