import type { App, OpenedProject } from '../../app/app'
import type { SessionState, Stage } from '../../app/sessionStore'
import type { AnnotationId, ImageId, ImageRecord } from '../../domain/records'
import type { ReviewItem } from '../../domain/reviewQueue'
import { imageObjects, type ImageObject, type ObjectId } from '../canvas/imageObjects'
import type { ScreenServices } from '../screenServices'

/** What command files read the present state with; nothing here is remembered. */
export interface CommandContext {
  readonly app: App
  readonly screen: ScreenServices
  readonly session: () => SessionState
  readonly project: () => OpenedProject | null
  /** True when a project is open, may be edited, and the stage is shown. */
  readonly canEdit: (stage?: Stage) => boolean
  readonly isAt: (stage: Stage) => boolean
  readonly image: () => ImageRecord | null
  readonly objects: () => readonly ImageObject[]
  /** Selected objects that are neither locked nor gone. */
  readonly selection: () => readonly ObjectId[]
  readonly selectedBoxes: () => readonly AnnotationId[]
  /** Masks of the selection that nobody has judged, as items of the review queue. */
  readonly selectedProposals: () => readonly ReviewItem[]
  /** What an image command acts on: the ticked images, or the one in hand on the canvas or while sorting. */
  readonly targetImages: () => readonly ImageId[]
}

export function createCommandContext(app: App, screen: ScreenServices): CommandContext {
  const session = (): SessionState => app.session.getState()
  const project = (): OpenedProject | null => app.project.get()
  const isAt = (stage: Stage): boolean => project() !== null && session().stage === stage
  const image = (): ImageRecord | null => {
    const { imageId } = session()
    const record = imageId === null ? undefined : project()?.records.get(imageId)
    return record?.type === 'image' ? record : null
  }
  const selection = (): readonly ObjectId[] => {
    const { selection: selected, locked } = session()
    const records = project()?.records
    return selected.filter((id) => !locked.includes(id) && records?.get(id) !== undefined)
  }
  const objects = (): readonly ImageObject[] => {
    const open = project()
    const current = image()
    return open === null || current === null ? [] : imageObjects(open.records, current.id)
  }
  return {
    app,
    screen,
    session,
    project,
    isAt,
    image,
    selection,
    canEdit: (stage) => {
      const open = project()
      return open !== null && !open.isReadOnly() && (stage === undefined || isAt(stage))
    },
    objects,
    selectedBoxes: () => selection().filter((id): id is AnnotationId => id.startsWith('annotation:')),
    selectedProposals: () => {
      const chosen = new Set<string>(selection())
      const masks = new Set(
        objects().flatMap((object) =>
          chosen.has(object.id) && (object.state === 'proposed' || object.state === 'draft')
            ? [object.mask?.id]
            : [],
        ),
      )
      return masks.size === 0 ? [] : app.review.queue().filter((item) => masks.has(item.mask.id))
    },
    targetImages: () => {
      const ticked = screen.tickedImages.get()
      const isSorting = isAt('images') && session().imagesMode === 'sort'
      if (isAt('images') && (ticked.size > 0 || !isSorting)) return [...ticked]
      const current = image()
      return current === null || !(isSorting || isAt('annotate')) ? [] : [current.id]
    },
  }
}
