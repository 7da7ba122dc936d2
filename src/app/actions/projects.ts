import type { ImportIssue } from '../../core/issues'
import { AppError, messageOf } from '../../core/errors'
import type { RecordsView } from '../../domain/live'
import type { AnyRecord, BlobHash, ImageId, Project, ProjectId } from '../../domain/records'
import { idOf, SETTINGS_ID } from '../../domain/records'
import type { PickedFile } from '../../ports/files'
import type { ProjectSummary } from '../../ports/projectStorage'
import type { ProjectActions } from '../app'
import { settleInterruptedRuns } from '../training/settleRuns'
import { INITIAL_SESSION, viewFromText, viewToText } from '../sessionStore'
import { DEFAULT_SETTINGS, type OpenWorkspace, type Workspace } from '../workspace'

export const SAMPLE_PROJECT_ID = idOf('project', 'sample')

/** A log longer than this is folded into one snapshot when the project is opened. */
const COMPACT_AFTER_UPDATES = 300
const SUMMARY_DELAY_MS = 1500

export function createProjectActions(workspace: Workspace): ProjectActions {
  const { services, session, open, notices, jobs } = workspace
  let stopFollowing: () => void = () => {}

  const openById = async (id: ProjectId): Promise<void> => {
    await close()
    // What only an open project needs stays out of the first paint.
    const [{ createProjectStore }, { checkRecord }] = await Promise.all([
      import('../projectStore'),
      import('../checkRecord'),
    ])
    const storage = await services.storage.open(id)
    const store = createProjectStore({ check: checkRecord })
    store.applyUpdates(storage.updates)
    const current: OpenWorkspace = { store, storage }
    store.onUpdate((update) => storage.append(update))
    store.setReadOnly(storage.saveState.get().kind === 'readOnly')
    const stopLock = storage.saveState.subscribe(() =>
      store.setReadOnly(storage.saveState.get().kind === 'readOnly'),
    )
    services.clock.advanceTo(latestStamp(store.records))
    if (storage.damage !== null) notices.say('warning', 'The project was damaged', storage.damage.message)
    const quarantined = store.quarantined()
    if (quarantined.length > 0) {
      notices.say(
        'warning',
        `${quarantined.length} records could not be read`,
        `${quarantined[0]!.message}. They are kept aside untouched.`,
      )
    }
    session.setState({ ...INITIAL_SESSION, ...restoredView(current, services.storage.loadView(id)) }, true)
    open.set(current)
    const stopView = followView(workspace, id)
    const stopSummary = followSummary(workspace, current)
    stopFollowing = () => {
      stopLock()
      stopView()
      stopSummary()
    }
    if (storage.updates.length > COMPACT_AFTER_UPDATES && !store.isReadOnly())
      await storage.compact(store.encodeState())
    settleInterruptedRuns(workspace)
  }

  const close = async (): Promise<void> => {
    const current = open.get()
    if (current === null) return
    jobs.cancelAll()
    stopFollowing()
    try {
      if (!current.store.isReadOnly())
        await current.storage.updateSummary(summaryOf(current, services.clock.now()))
      await current.storage.flush()
    } catch (error) {
      // Leaving with unsaved work would lose it: the project stays open and says why.
      throw new AppError(
        'storage/write-failed',
        `the project could not be saved before closing: ${messageOf(error)}`,
        { cause: error },
      )
    }
    open.set(null)
    workspace.pictures.clear()
    session.setState(INITIAL_SESSION, true)
    await current.storage.close()
  }

  const createWith = async (
    id: ProjectId,
    project: Project,
    records: readonly AnyRecord[],
  ): Promise<void> => {
    await openById(id)
    workspace.transact('Create project', 'load', { put: [project, { ...DEFAULT_SETTINGS }, ...records] })
    const first = records.find((record) => record.type === 'image')
    session.setState({
      imageId: (first?.id as ImageId | undefined) ?? null,
      activeClassId: project.classOrder[0] ?? null,
      stage: first === undefined ? 'images' : 'annotate',
    })
  }

  const openFile = async (file: PickedFile): Promise<readonly ImportIssue[]> => {
    const issues: ImportIssue[] = []
    await jobs.run({ title: `Open ${file.path}`, lane: 'batch', canCancel: false }, async (options) => {
      const { readProjectFile } = await import('../../formats/projectFile')
      const opened = await readProjectFile(
        await file.bytes(),
        (bytes) => services.storage.blobs.put(bytes),
        options,
      )
      issues.push(...opened.issues)
      const project = opened.records.find((record) => record.type === 'project')
      if (project === undefined)
        throw new AppError('data/unreadable-file', `${file.path} holds no project record`)
      const id = idOf('project', services.newId())
      const records = opened.records.filter(
        (record) => record.type !== 'project' && record.id !== SETTINGS_ID,
      )
      await createWith(id, { ...project, id }, records)
      const settings = opened.records.find((record) => record.type === 'settings')
      if (settings !== undefined) workspace.transact('Settings', 'ledger', { put: [settings] })
    })
    return issues
  }

  return {
    list: () => services.storage.list(),
    thumbnail: async (summary) =>
      summary.thumbnail === null ? null : services.storage.blobs.get(summary.thumbnail),
    create: async (name) => {
      const id = idOf('project', services.newId())
      await createWith(id, newProject(id, name, services.clock.now()), [])
    },
    openSample: async () => {
      const projects = await services.storage.list()
      if (projects.some((summary) => summary.projectId === SAMPLE_PROJECT_ID))
        return openById(SAMPLE_PROJECT_ID)
      await jobs.run(
        { title: 'Draw the sample project', lane: 'interactive', canCancel: false },
        async (options) => {
          const { buildSample } = await import('./sample')
          const sample = await buildSample(workspace, options)
          await createWith(SAMPLE_PROJECT_ID, sample.project, sample.records)
        },
      )
    },
    open: openById,
    close,
    rename: (name) => {
      const clean = name.trim()
      if (clean !== '')
        workspace.transact('Rename project', 'user', { put: [{ ...workspace.project(), name: clean }] })
    },
    remove: (id) => services.storage.remove(id),
    checkpoint: async () => {
      const current = open.get()
      if (current === null || current.store.isReadOnly()) return
      const document = await services.storage.blobs.put(current.store.encodeState())
      const id = idOf('snapshot', services.newId())
      const snapshot = {
        id,
        type: 'snapshot' as const,
        reason: 'manual' as const,
        document,
        createdAt: services.clock.now(),
      }
      workspace.transact('Checkpoint', 'ledger', { put: [snapshot] })
      await current.storage.flush()
    },
    saveFile: async () => {
      await jobs.run({ title: 'Save project file', lane: 'batch' }, async (options) => {
        const project = workspace.project()
        const records = allRecords(workspace)
        const { writeProjectFile } = await import('../../formats/projectFile')
        const file = await writeProjectFile(
          { records, blob: (hash) => services.storage.blobs.get(hash) },
          options,
        )
        await services.files.save({ path: `${fileSafe(project.name)}.maskwright.zip`, bytes: file })
      })
    },
    openFile,
    pickProjectFile: async () => {
      const files = await services.files.pickFiles({ accept: '.zip', multiple: false })
      return files?.[0] === undefined ? null : openFile(files[0])
    },
    estimate: () => services.storage.estimate(),
  }
}

function newProject(id: ProjectId, name: string, createdAt: string): Project {
  return { id, type: 'project', name, createdAt, classOrder: [], foreign: {}, isSample: false }
}

export function fileSafe(name: string): string {
  return name.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[-.]+|[-.]+$/g, '') || 'project'
}

const RECORD_TYPES = [
  'project',
  'class',
  'image',
  'imageLabel',
  'annotation',
  'click',
  'mask',
  'decision',
  'layer',
  'run',
  'tagRun',
  'tagScore',
  'snapshot',
  'settings',
] as const

function allRecords(workspace: Workspace): AnyRecord[] {
  return RECORD_TYPES.flatMap((type) => [...workspace.records().ofType(type)] as AnyRecord[])
}

/** Drops what a former session remembered about records that are gone. */
function restoredView({ store }: OpenWorkspace, text: string | null): ReturnType<typeof viewFromText> {
  const view = viewFromText(text)
  const exists = (id: string | null | undefined): boolean =>
    typeof id === 'string' && store.records.get(id) !== undefined
  const images = store.records.ofType('image')
  const keepsImage = exists(view.imageId)
  return {
    ...view,
    imageId: keepsImage ? view.imageId! : (images[0]?.id ?? null),
    viewport: keepsImage ? (view.viewport ?? null) : null,
    activeClassId: exists(view.activeClassId)
      ? view.activeClassId!
      : (store.records.ofType('project')[0]?.classOrder[0] ?? null),
    runId: exists(view.runId) ? view.runId! : null,
    selection: [],
    hidden: [],
  }
}

/** A write is a few hundred bytes at once, so that a reload right after a zoom comes back to it. */
function followView(workspace: Workspace, id: ProjectId): () => void {
  let saved = ''
  const save = (): void => {
    const view = viewToText(workspace.session.getState())
    if (view === saved) return
    saved = view
    workspace.services.storage.saveView(id, view)
  }
  return workspace.session.subscribe(save)
}

function followSummary(workspace: Workspace, current: OpenWorkspace): () => void {
  let isScheduled = false
  let isStopped = false
  const unsubscribe = current.store.subscribe(() => {
    if (isScheduled) return
    isScheduled = true
    setTimeout(() => {
      isScheduled = false
      if (isStopped || current.store.isReadOnly()) return
      current.storage
        .updateSummary(summaryOf(current, workspace.services.clock.now()))
        .catch((error: unknown) => {
          workspace.notices.failure('The project list could not be updated', error)
        })
    }, SUMMARY_DELAY_MS)
  })
  return () => {
    unsubscribe()
    isStopped = true
  }
}

function summaryOf({ store }: OpenWorkspace, updatedAt: string): Omit<ProjectSummary, 'projectId'> {
  const project = store.records.ofType('project')[0]
  const images = store.records.ofType('image')
  const finished = images.filter(
    (image) => image.status === 'doneDefects' || image.status === 'confirmedClean',
  )
  return {
    name: project?.name ?? 'Untitled',
    createdAt: project?.createdAt ?? updatedAt,
    updatedAt,
    imageCount: images.length,
    doneCount: finished.length,
    thumbnail: (images[0]?.pixels as BlobHash | undefined) ?? null,
  }
}

/** The latest time that orders records; the epoch for an empty project. */
function latestStamp(records: RecordsView): string {
  let latest = new Date(0).toISOString()
  for (const { decidedAt } of records.ofType('decision')) if (decidedAt > latest) latest = decidedAt
  for (const { createdAt } of records.ofType('mask')) if (createdAt > latest) latest = createdAt
  for (const { createdAt } of records.ofType('click')) if (createdAt > latest) latest = createdAt
  return latest
}
