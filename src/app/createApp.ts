import { createCell } from '../core/observable'
import { generators } from '../ml/generators'
import { STUDENT_DESCRIPTORS, TRAINING_PARAMS } from '../ml/trainingParams'
import { exporters } from '../formats'
import type { Capabilities } from '../ports/capabilities'
import { createAnnotateActions } from './actions/annotate'
import { createClassActions } from './actions/classes'
import { createEvaluateActions } from './actions/evaluate'
import { createImageActions } from './actions/images'
import { createModelActions } from './actions/models'
import { createProjectActions } from './actions/projects'
import { createProposeActions } from './actions/propose'
import { createReviewActions } from './actions/review'
import { createRunActions } from './actions/runs'
import { createTrainingActions } from './actions/training'
import { createTransferActions } from './actions/transfer'
import type { App, OpenedProject } from './app'
import { createJobs } from './jobs'
import { createMonotonicClock } from './monotonicClock'
import { createNotices } from './notices'
import { createPictures } from './pictures'
import type { Services } from './services'
import { createSessionStore } from './sessionStore'
import type { TagActions } from './tagsFace'
import { createWorkspace, type OpenWorkspace, type Workspace } from './workspace'

export interface AppOptions {
  /** Overrides the trainer's self-test (`?backend=`); null = automatic. */
  readonly backend: 'webgpu' | 'wasm' | 'cpu' | null
}

/** Services in, application out: stores and actions. `workspace` is for the automation door, not for screens. */
export function createApp(
  outside: Services,
  options: AppOptions = { backend: null },
): { app: App; workspace: Workspace } {
  const services = { ...outside, clock: createMonotonicClock(outside.clock) }
  const notices = createNotices()
  const jobs = createJobs(services.clock, notices)
  const session = createSessionStore()
  const workspace = createWorkspace({ services, session, jobs, notices, pictures: createPictures })
  const capabilities = createCell<Capabilities | null>(null)
  services.capabilities
    .probe()
    .then(capabilities.set, (error: unknown) => notices.failure('The browser could not be probed', error))

  const images = createImageActions(workspace)
  const propose = createProposeActions(workspace)
  const projects = createProjectActions(workspace)
  const training = createTrainingActions(workspace, options.backend)
  let tags: Promise<TagActions> | null = null
  const loadTags = (): Promise<TagActions> => {
    tags ??= import('./actions/tags').then(({ createTagActions }) =>
      createTagActions(workspace, training, options.backend),
    )
    // A script that could not be fetched is asked for again.
    tags.catch(() => (tags = null))
    return tags
  }
  const project = createCell<OpenedProject | null>(null)
  workspace.open.subscribe(() => {
    const current = workspace.open.get()
    project.set(current === null ? null : openedProject(current))
  })

  const app: App = {
    project,
    session,
    jobs,
    notices: notices.list,
    dismissNotice: notices.dismiss,
    capabilities,
    catalogue: {
      generators: generators.all.map((generator) => ({
        id: generator.id,
        title: generator.title,
        summary: generator.summary,
        usesModel: generator.needs.includes('segmenter'),
        params: generator.params,
      })),
      students: STUDENT_DESCRIPTORS,
      exporters: exporters.all.map(({ id, title, summary, params }) => ({ id, title, summary, params })),
      trainingParams: TRAINING_PARAMS,
    },
    projects,
    images,
    annotate: createAnnotateActions(workspace, propose, () => images.step(1, false)),
    classes: createClassActions(workspace),
    propose,
    models: createModelActions(workspace),
    loadTags,
    training,
    runs: createRunActions(workspace, training.draft),
    review: createReviewActions(workspace),
    evaluate: createEvaluateActions(workspace),
    transfer: createTransferActions(workspace),
    pictures: workspace.pictures,
  }
  return { app, workspace }
}

function openedProject({ store, storage }: OpenWorkspace): OpenedProject {
  return {
    id: storage.projectId,
    records: store.records,
    version: store.version,
    subscribe: (listener) => store.subscribe(() => listener()),
    subscribeToImage: (imageId, listener) => store.subscribeTo({ kind: 'image', imageId }, listener),
    undoLabel: store.undoLabel,
    redoLabel: store.redoLabel,
    undo: () => void store.undo(),
    redo: () => void store.redo(),
    saveState: storage.saveState,
    isReadOnly: store.isReadOnly,
    takeOver: async () => {
      // What the other tab wrote since this one opened is in the log: take it in before writing.
      store.applyUpdates(await storage.takeOver())
      store.setReadOnly(false)
    },
    damage: storage.damage,
    quarantined: store.quarantined(),
  }
}
