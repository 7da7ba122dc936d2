import { AppError } from '../../core/errors'
import type { RecordsView } from '../../domain/live'
import type { ImageId, ImageRecord, Project, TrainingRun } from '../../domain/records'
import type { Workspace } from '../workspace'

/**
 * The records of a run's snapshot: what it trains on, whatever a person changes meanwhile or before it goes on. Only
 * the records stand still; the bytes they name are kept as long as the snapshot is.
 */
export interface FrozenProject {
  readonly records: RecordsView
  readonly project: Project
  image(id: ImageId): ImageRecord
}

/** `document`: a whole project as one update. Throws `storage/damaged`. */
export async function freezeProject(document: Uint8Array): Promise<FrozenProject> {
  // What only an open project needs stays out of the first paint.
  const [{ createProjectStore }, { checkRecord }] = await Promise.all([
    import('../projectStore'),
    import('../checkRecord'),
  ])
  const store = createProjectStore({ check: checkRecord })
  store.applyUpdates([document])
  const { records } = store
  const project = records.ofType('project')[0]
  if (project === undefined)
    throw new AppError('storage/damaged', 'the snapshot of the run holds no project record')
  return {
    records,
    project,
    image: (id) => {
      const record = records.get(id)
      if (record?.type !== 'image')
        throw new AppError('data/missing-pixels', `image ${id} is not in the snapshot of the run`)
      return record
    },
  }
}

/** Throws `train/bad-checkpoint` when the run has no snapshot, `data/missing-pixels` when its bytes are gone. */
export async function snapshotOf(workspace: Workspace, run: TrainingRun): Promise<FrozenProject> {
  const snapshot = run.snapshotId === null ? undefined : workspace.records().get(run.snapshotId)
  if (snapshot?.type !== 'snapshot')
    throw new AppError('train/bad-checkpoint', `"${run.name}" has no snapshot of its data to go on with`)
  return freezeProject(await workspace.services.storage.blobs.get(snapshot.document))
}

/** Sentences on what is no longer as it was when the run began: it goes on with what it knew. */
export function changesSince(frozen: FrozenProject, live: RecordsView, run: TrainingRun): string[] {
  const images = [...run.trainImageIds, ...run.valImageIds].filter((id) => {
    const now = live.get(id)
    return now?.type !== 'image' || now.pixels !== frozen.image(id).pixels
  })
  const classes = run.classIds.filter((id) => live.get(id) === undefined)
  return [
    ...(images.length === 0
      ? []
      : [`${images.length} ${images.length === 1 ? 'image' : 'images'} changed or removed since`]),
    ...(classes.length === 0
      ? []
      : [`${classes.length} ${classes.length === 1 ? 'class' : 'classes'} deleted since`]),
  ]
}
