import { createCell, type Observable } from '../../core/observable'
import type { ClassId, ImageId, TagRunId } from '../../domain/records'
import type { ClassifierEpoch, ClassifierEvent } from '../../ml/cam/classifier'
import type { CamPicture, LiveTagging } from '../tagsFace'

/** Masks from labels under way, as a screen sees it. */
export interface LiveTaggingView {
  readonly cell: Observable<LiveTagging | null>
  begin(id: TagRunId): void
  update(change: Partial<LiveTagging>): void
  /** `imageIds` and `classIds` are what the indices of events stand for. */
  follow(event: ClassifierEvent, imageIds: readonly ImageId[], classIds: readonly ClassId[]): void
  epochs(): readonly ClassifierEpoch[]
  end(): void
}

export function createLiveTagging(): LiveTaggingView {
  const cell = createCell<LiveTagging | null>(null)
  const update = (change: Partial<LiveTagging>): void => {
    const current = cell.get()
    if (current !== null) cell.set({ ...current, ...change, version: current.version + 1 })
  }
  return {
    cell,
    update,
    epochs: () => cell.get()?.epochs ?? [],
    begin: (tagRunId) =>
      cell.set({
        tagRunId,
        phase: 'preparing',
        done: 0,
        total: 0,
        secondsLeft: null,
        note: 'Computing frozen features',
        epochs: [],
        cams: [],
        version: 0,
      }),
    follow: (event, imageIds, classIds) => {
      switch (event.kind) {
        case 'backend':
          return update({ note: event.note })
        case 'epoch': {
          const { report } = event
          const done = report.epoch + 1
          const epochs = [...(cell.get()?.epochs ?? []), report]
          const pace = epochs.reduce((sum, { seconds }) => sum + seconds, 0) / epochs.length
          return update({
            phase: 'training',
            epochs,
            done,
            total: report.epochs,
            secondsLeft: pace * (report.epochs - done),
          })
        }
        case 'cam': {
          const imageId = imageIds[event.imageIndex]
          const classId = classIds[event.classIndex]
          if (imageId === undefined || classId === undefined) return
          const { epoch, width, height, map } = event
          const picture: CamPicture = { imageId, classId, epoch, width, height, map }
          // Each keeps the place in which it first came: a picture that changes must not jump.
          const shown = cell.get()?.cams ?? []
          const place = shown.findIndex((one) => one.imageId === imageId)
          return update({ cams: place < 0 ? [...shown, picture] : shown.with(place, picture) })
        }
      }
    },
    end: () => cell.set(null),
  }
}
