import { AppError } from '../core/errors'
import type { BlobHash, ProjectId, RunId } from '../domain/records'
import type { OpenProject, ProjectStorage, ProjectSummary } from '../ports/projectStorage'
import { createSaveQueue, type SaveQueue } from './saveQueue'
import { sha256 } from './sha256'
import type { LogItem } from './updateLog'

interface MemoryProject {
  log: readonly LogItem[]
  summary: ProjectSummary | null
  writer: SaveQueue | null
}

/**
 * Projects in memory, for tests and for windows where the browser allows no storage: everything is gone with the page.
 * Opening a project twice behaves as two tabs do. Blobs are never swept.
 */
export function createMemoryStorage({ now }: { readonly now: () => string }): ProjectStorage {
  const projects = new Map<ProjectId, MemoryProject>()
  const blobs = new Map<BlobHash, Uint8Array<ArrayBuffer>>()
  const views = new Map<ProjectId, string>()
  const checkpoints = new Map<ProjectId, Map<RunId, Uint8Array<ArrayBuffer>>>()

  const projectOf = (projectId: ProjectId): MemoryProject => {
    const project = projects.get(projectId) ?? { log: [], summary: null, writer: null }
    projects.set(projectId, project)
    return project
  }

  return {
    blobs: {
      put: async (bytes) => {
        const hash = (await sha256(bytes)) as BlobHash
        blobs.set(hash, bytes.slice())
        return hash
      },
      get: async (hash) => {
        const bytes = blobs.get(hash)
        if (bytes === undefined) {
          throw new AppError(
            'data/missing-pixels',
            `The bytes ${hash.slice(0, 12)} are not in this window's memory.`,
          )
        }
        return bytes.slice()
      },
      has: async (hash) => blobs.has(hash),
      delete: async (hash) => void blobs.delete(hash),
    },
    checkpoints: {
      put: async (projectId, runId, bytes) => {
        const ofProject = checkpoints.get(projectId) ?? new Map<RunId, Uint8Array<ArrayBuffer>>()
        checkpoints.set(projectId, ofProject.set(runId, bytes.slice()))
      },
      get: async (projectId, runId) => checkpoints.get(projectId)?.get(runId)?.slice() ?? null,
      remove: async (projectId, runId) => void checkpoints.get(projectId)?.delete(runId),
      list: async (projectId) => [...(checkpoints.get(projectId)?.keys() ?? [])],
    },
    list: async () =>
      [...projects.values()]
        .flatMap(({ summary }) => (summary === null ? [] : [summary]))
        .toSorted((a, b) => (a.updatedAt < b.updatedAt ? 1 : -1)),
    open: async (projectId) => openInMemory(projectId, projectOf(projectId), now),
    remove: async (projectId) => {
      if (projects.get(projectId)?.writer != null) {
        throw new AppError('storage/read-only', 'The project is open. Close it first.')
      }
      projects.delete(projectId)
      checkpoints.delete(projectId)
      views.delete(projectId)
    },
    estimate: async () => null,
    persist: async () => false,
    loadView: (projectId) => views.get(projectId) ?? null,
    saveView: (projectId, view) => void views.set(projectId, view),
  }
}

function openInMemory(projectId: ProjectId, project: MemoryProject, now: () => string): OpenProject {
  const updates = (): readonly Uint8Array[] => project.log.map(({ bytes }) => bytes)
  const queue = createSaveQueue({
    now,
    write: async (items) => {
      for (const item of items) project.log = item.kind === 'snapshot' ? [item] : [...project.log, item]
    },
  })
  if (project.writer === null) project.writer = queue
  else queue.setReadOnly('Open in another tab.')

  return {
    projectId,
    updates: updates(),
    damage: null,
    saveState: queue.state,
    append: (update) => queue.append({ kind: 'update', bytes: update.slice() }),
    flush: () => queue.flush(),
    compact: async (snapshot) => {
      queue.append({ kind: 'snapshot', bytes: snapshot.slice() })
      await queue.flush()
    },
    updateSummary: async (summary) => {
      const state = queue.state.get()
      if (state.kind === 'readOnly') throw new AppError('storage/read-only', state.reason)
      project.summary = { ...summary, projectId }
    },
    takeOver: async () => {
      const former = project.writer
      if (former !== queue) {
        former?.setReadOnly('Another tab has taken over.')
        await former?.flush()
      }
      project.writer = queue
      queue.setReadOnly(null)
      return updates()
    },
    close: async () => {
      await queue.flush()
      if (project.writer === queue) project.writer = null
    },
  }
}
