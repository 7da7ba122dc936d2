import type { SessionState } from '../../app/sessionStore'
import type { RecordsView } from '../../domain/live'
import type { AnnotationId, ClassDef } from '../../domain/records'
import { colorOf } from '../useClasses'
import type { ImageObject, ObjectId } from './imageObjects'
import type { DrawnBox } from './layers/drawBoxes'
import type { DrawnClick } from './layers/drawClicks'
import type { DrawnMask } from './layers/drawMasks'
import type { SpriteStore } from './layers/spriteStore'

type Shown = Pick<SessionState, 'selection' | 'hidden' | 'allHidden' | 'locked'>

/** The masks to draw, in drawing order: selected ones last, so that they lie on top. */
export function drawnMasks(
  objects: readonly ImageObject[],
  classes: readonly ClassDef[],
  shown: Shown,
  sprites: SpriteStore,
): readonly (DrawnMask & { readonly id: ObjectId })[] {
  if (shown.allHidden) return []
  const selected = new Set<ObjectId>(shown.selection)
  const hidden = new Set<ObjectId>(shown.hidden)
  const masks = objects.flatMap((object) => {
    if (object.mask === null || object.mask.areaPx === 0 || hidden.has(object.id)) return []
    const color = colorOf(classes, object.classId)
    const sprite = sprites.get(object.mask.id, color)
    if (sprite === null) return []
    return [{ id: object.id, sprite, color, state: object.state, isSelected: selected.has(object.id) }]
  })
  return [...masks.filter((mask) => !mask.isSelected), ...masks.filter((mask) => mask.isSelected)]
}

/** The clicks to draw: those of the selected boxes, oldest first. */
export function drawnClicks(records: RecordsView, shown: Shown): readonly DrawnClick[] {
  if (shown.allHidden) return []
  return shown.selection.flatMap((id) => (shown.hidden.includes(id) ? [] : records.clicksOf(id)))
}

/** The boxes to draw. Handles only where there is exactly one box in hand and it may be changed. */
export function drawnBoxes(
  objects: readonly ImageObject[],
  classes: readonly ClassDef[],
  shown: Shown,
  pending: ReadonlySet<AnnotationId>,
): readonly (DrawnBox & { readonly id: ObjectId })[] {
  if (shown.allHidden) return []
  return objects.flatMap((object) => {
    if (object.box === null || shown.hidden.includes(object.id)) return []
    const isSelected = shown.selection.includes(object.id)
    return [
      {
        id: object.id,
        boxPx: object.box.boxPx,
        color: colorOf(classes, object.classId),
        className: classes.find((one) => one.id === object.classId)?.name ?? '',
        state: object.state,
        isSelected,
        hasHandles: isSelected && shown.selection.length === 1 && !shown.locked.includes(object.id),
        isPending: pending.has(object.box.id),
      },
    ]
  })
}
