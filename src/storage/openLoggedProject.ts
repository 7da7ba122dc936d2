import { AppError } from '../core/errors'
import type { ProjectId } from '../domain/records'
import type { OpenProject } from '../ports/projectStorage'
import type { Database } from './database'
import type { WriterLock } from './lock'
import { createSaveQueue } from './saveQueue'
import type { StorageHost } from './storageHost'
import { createUpdateLog } from './updateLog'

const OPEN_ELSEWHERE = 'Open in another tab.'
const TAKEN_OVER = 'Another tab has taken over.'

/** Opens one project's log, with the writing lock when it is free. */
export async function openLoggedProject(parts: {
  readonly host: Pick<StorageHost, 'now' | 'page' | 'retryMs'>
  readonly database: Database
  readonly projectId: ProjectId
  readonly lockOf: (projectId: ProjectId, onLost: () => Promise<void>) => WriterLock
  readonly onClosed: () => Promise<void>
}): Promise<OpenProject> {
  const { host, database, projectId } = parts
  const log = createUpdateLog(database, projectId, host.now)
  const queue = createSaveQueue({
    write: (items) => log.append(items),
    now: host.now,
    ...(host.retryMs === undefined ? {} : { retryMs: host.retryMs }),
  })
  // The queue shows and retries a failed write by itself.
  const flushQuietly = (): Promise<void> => queue.flush().catch(() => undefined)
  const lock = parts.lockOf(projectId, () => {
    queue.setReadOnly(TAKEN_OVER)
    return flushQuietly()
  })

  const load = async () => {
    const isWriter = await lock.tryAcquire()
    if (!isWriter) queue.setReadOnly(OPEN_ELSEWHERE)
    return log.read({ repair: isWriter })
  }
  const contents = await load().catch(async (error: unknown) => {
    await lock.dispose()
    await parts.onClosed()
    throw error
  })

  const onLeaving = (): void => void flushQuietly()
  host.page?.addEventListener('visibilitychange', onLeaving)
  host.page?.addEventListener('pagehide', onLeaving)
  let isClosed = false

  return {
    projectId,
    updates: contents.updates,
    damage: contents.damage,
    saveState: queue.state,
    append: (update) => queue.append({ kind: 'update', bytes: update }),
    flush: () => queue.flush(),
    compact: async (snapshot) => {
      // Through the same queue, so that it stands exactly for what was appended before it.
      queue.append({ kind: 'snapshot', bytes: snapshot })
      await queue.flush()
      await log.prune()
    },
    updateSummary: async (summary) => {
      const state = queue.state.get()
      if (state.kind === 'readOnly') throw new AppError('storage/read-only', state.reason)
      await database.run('Updating the list of projects', (connection) =>
        connection.put('projects', { ...summary, projectId }),
      )
    },
    takeOver: async () => {
      if (queue.state.get().kind === 'readOnly') await lock.takeOver()
      const { updates } = await log.read({ repair: true })
      queue.setReadOnly(null)
      return updates
    },
    close: async () => {
      if (isClosed) return
      await queue.flush()
      isClosed = true
      queue.stop()
      host.page?.removeEventListener('visibilitychange', onLeaving)
      host.page?.removeEventListener('pagehide', onLeaving)
      await lock.dispose()
      await parts.onClosed()
    },
  }
}
