import type { StoreApi } from 'zustand/vanilla'
import { AppError } from '../core/errors'
import { createCell, type Cell } from '../core/observable'
import type { RecordPlan } from '../domain/changes'
import type { RecordsView } from '../domain/live'
import {
  SETTINGS_ID,
  type ClassId,
  type ImageId,
  type ImageRecord,
  type MaskId,
  type Project,
  type PseudoMask,
  type Settings,
} from '../domain/records'
import type { OpenProject } from '../ports/projectStorage'
import type { WriteOrigin } from './changeFeed'
import type { JobRunner } from './jobs'
import type { MonotonicClock } from './monotonicClock'
import type { Notices } from './notices'
import type { PictureStore } from './pictures'
import type { ProjectStore } from './projectStore'
import type { Services } from './services'
import type { SessionState } from './sessionStore'

/** The open project as the actions see it: its records and where they are kept. */
export interface OpenWorkspace {
  readonly store: ProjectStore
  readonly storage: OpenProject
}

/** What the action files share. It owns nothing but the question "which project is open". */
export interface Workspace {
  readonly services: Services & { readonly clock: MonotonicClock }
  readonly session: StoreApi<SessionState>
  readonly jobs: JobRunner
  readonly notices: Notices
  readonly pictures: PictureStore
  readonly open: Cell<OpenWorkspace | null>
  store(): ProjectStore
  records(): RecordsView
  transact(
    label: string,
    origin: WriteOrigin,
    plan: Partial<RecordPlan>,
    options?: { coalesce?: string },
  ): void
  image(id: ImageId): ImageRecord
  project(): Project
  settings(): Settings
  mask(id: MaskId): PseudoMask
}

const DEFAULT_GENERATOR = 'segmenter'

export function createWorkspace(parts: {
  services: Services & { readonly clock: MonotonicClock }
  session: StoreApi<SessionState>
  jobs: JobRunner
  notices: Notices
  pictures: (workspace: Workspace) => PictureStore
}): Workspace {
  const open = createCell<OpenWorkspace | null>(null)
  const store = (): ProjectStore => {
    const current = open.get()
    if (current === null) throw new Error('no project is open')
    return current.store
  }
  const workspace = {
    services: parts.services,
    session: parts.session,
    jobs: parts.jobs,
    notices: parts.notices,
    open,
    store,
    records: () => store().records,
    transact: (
      label: string,
      origin: WriteOrigin,
      plan: Partial<RecordPlan>,
      options?: { coalesce?: string },
    ) => store().transact(label, origin, { put: plan.put ?? [], remove: plan.remove ?? [] }, options),
    image: (id: ImageId) => {
      const record = store().records.get(id)
      if (record?.type !== 'image')
        throw new AppError('data/missing-pixels', `image ${id} is no longer in the project`)
      return record
    },
    mask: (id: MaskId) => {
      const record = store().records.get(id)
      if (record?.type !== 'mask')
        throw new AppError('data/missing-pixels', `mask ${id} is no longer in the project`)
      return record
    },
    project: () => {
      const project = store().records.ofType('project')[0]
      if (project === undefined) throw new AppError('storage/damaged', 'the project record is missing')
      return project
    },
    settings: (): Settings => {
      const record = store().records.get(SETTINGS_ID)
      return record?.type === 'settings' ? record : DEFAULT_SETTINGS
    },
  }
  return Object.assign(workspace, { pictures: parts.pictures(workspace as unknown as Workspace) })
}

export const DEFAULT_SETTINGS: Settings = {
  id: SETTINGS_ID,
  type: 'settings',
  generatorId: DEFAULT_GENERATOR,
  generatorParams: {},
  segmenterModelId: 'embedded',
  usesDrawingStyle: true,
  studentId: 'light',
  backboneId: 'embedded',
  training: {},
  activeRunId: null,
  tagging: {},
  activeTagRunId: null,
}

/** Index of each class in class maps: classOrder[i] is i + 1. */
export function classIndexes(project: Project): ReadonlyMap<ClassId, number> {
  return new Map(project.classOrder.map((id, index) => [id, index + 1]))
}
