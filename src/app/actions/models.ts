import { createCell } from '../../core/observable'
import type { JobOptions } from '../../core/job'
import type { PickedFile } from '../../ports/files'
import type { ModelEntry } from '../../ports/modelLibrary'
import type { ModelActions, ModelWork } from '../app'
import { secondsLeft } from '../jobs'
import type { Workspace } from '../workspace'

/** What the file dialog offers; weights beside a graph have endings of every kind, so all files may be chosen. */
const ACCEPT = ''

/** The models of this computer: fetched, added, verified and deleted as jobs; the project names the one in use. */
export function createModelActions(workspace: Workspace): ModelActions {
  const { models, files, clock, features } = workspace.services
  const working = createCell<ReadonlyMap<string, ModelWork>>(new Map())
  const controllers = new Map<string, AbortController>()

  const titleOf = (id: string): string => models.entries.get().find((entry) => entry.id === id)?.title ?? id

  const setWork = (id: string, work: ModelWork | null): void => {
    const next = new Map(working.get())
    if (work === null) next.delete(id)
    else next.set(id, work)
    working.set(next)
  }

  /** One job per model at a time: a second request while one runs does nothing. */
  async function work<T>(
    id: string,
    kind: ModelWork['kind'],
    title: string,
    step: (options: JobOptions) => Promise<T>,
  ): Promise<T | null> {
    if (controllers.has(id)) return null
    const controller = new AbortController()
    controllers.set(id, controller)
    forgetFailure(workspace, title)
    setWork(id, { kind, progress: { done: 0, total: 0, note: '' }, secondsLeft: null })
    const startedAt = clock.ticks()
    let first: number | null = null
    const outcome = await workspace.jobs.run({ title, lane: 'batch' }, ({ signal, onProgress }) =>
      step({
        signal: AbortSignal.any([signal, controller.signal]),
        onProgress: (progress) => {
          onProgress(progress)
          // What an earlier download brought says nothing about the pace of this one.
          first ??= progress.done
          const rest = { ...progress, done: progress.done - first, total: progress.total - first }
          setWork(id, { kind, progress, secondsLeft: secondsLeft(rest, clock.ticks() - startedAt) })
        },
      }),
    )
    controllers.delete(id)
    setWork(id, null)
    return outcome.kind === 'done' ? outcome.value : null
  }

  const addFiles = async (picked: readonly PickedFile[]): Promise<ModelEntry | null> => {
    const entry = await work('files', 'adding', 'Add a model from files', (options) =>
      models.addFiles(picked, options),
    )
    if (entry !== null)
      workspace.notices.say(
        'success',
        `${entry.title} is added`,
        entry.kind === 'backbone'
          ? `Recognised as ${entry.family ?? 'a backbone'}: choose it as backbone on the Train screen.`
          : `Recognised as ${entry.family ?? 'a segmenter'}.`,
      )
    return entry
  }

  const actions: ModelActions = {
    entries: models.entries,
    mirror: models.mirror,
    working,
    inUse: () => workspace.settings().segmenterModelId,
    refresh: () => models.refresh(),
    download: async (id) => {
      await work(id, 'downloading', `Download ${titleOf(id)}`, (options) => models.download(id, options))
    },
    cancel: (id) => controllers.get(id)?.abort(),
    addFiles,
    pickFiles: async () => {
      const picked = await files.pickFiles({ accept: ACCEPT, multiple: true })
      return picked === null ? null : addFiles(picked)
    },
    verify: async (id) => {
      const entry = await work(id, 'verifying', `Verify ${titleOf(id)}`, (options) =>
        models.verify(id, options),
      )
      if (entry?.state === 'ready')
        workspace.notices.say('success', `${entry.title} is intact`, 'Every byte is as it should be.')
      if (entry?.state === 'damaged')
        workspace.notices.say(
          'error',
          `${entry.title} is damaged`,
          entry.source === 'catalogue'
            ? 'It is not used. Download it again: only the damaged files are fetched.'
            : 'It is not used. Delete it and add its files again.',
        )
      return entry
    },
    remove: async (id) => {
      await work(id, 'deleting', `Delete ${titleOf(id)}`, () => models.remove(id))
    },
    use: (id) => {
      const settings = workspace.settings()
      if (settings.segmenterModelId === id) return
      workspace.transact('Choose model', 'ledger', { put: [{ ...settings, segmenterModelId: id }] })
    },
    setMirror: (address) => models.setMirror(address),
    featureCache: {
      state: () => features.cacheState(),
      setLimit: (limitBytes) => features.setCacheLimit(limitBytes),
      clear: () => features.clearCache(),
    },
  }

  workspace.open.subscribe(() => {
    if (workspace.open.get() === null) return
    tellAboutMissingModel(workspace, actions).catch((error: unknown) =>
      workspace.notices.failure('The models of this computer could not be listed', error),
    )
  })
  return actions
}

/** What failed before is being tried again: its message is no news any more, and ten of them would hide the screen. */
function forgetFailure({ notices }: Workspace, title: string): void {
  for (const notice of notices.list.get()) if (notice.title === `${title} failed`) notices.dismiss(notice.id)
}

/** A project may come from another computer. Another model would give other masks, so none takes its place silently. */
async function tellAboutMissingModel(workspace: Workspace, actions: ModelActions): Promise<void> {
  const opened = workspace.open.get()
  const id = actions.inUse()
  if (id === 'embedded') return
  await actions.refresh()
  if (workspace.open.get() !== opened) return
  const entry = actions.entries.get().find((one) => one.id === id)
  if (entry?.state === 'ready') return
  workspace.notices.say(
    'warning',
    'The model of this project is not on this computer',
    entry?.source === 'catalogue'
      ? `Masks came from “${entry.title}”. Open Models to download it, or choose another model there; until then no new masks are proposed.`
      : `Masks came from a model that was added from files (${id}). Open Models to add those files, or choose another model there; until then no new masks are proposed.`,
  )
}
