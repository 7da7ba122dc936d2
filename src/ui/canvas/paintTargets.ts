import type { MaskPatch } from '../../app/app'
import { assert } from '../../core/assert'
import type { Point } from '../../core/geometry'
import type { AnnotationId, ClassId, ImageId, MaskId } from '../../domain/records'
import type { CommandContext } from '../commands/commandContext'
import { classesOf, colorOf, IGNORE_COLOR } from '../useClasses'
import type { ImageObject, ObjectId } from './imageObjects'
import type { PaintTarget } from './tools/brushTool'

/** What becomes of the pixels of a stroke. */
interface Goal {
  readonly target: PaintTarget
  readonly imageId: ImageId
  /** Null: an ignore region. */
  readonly classId: ClassId | null
  readonly annotationId: AnnotationId | null
  readonly parentId: MaskId | null
  /** The selection when the goal was set: a new object ends with another selection. */
  readonly selection: readonly ObjectId[]
}

export interface PaintTargets {
  /** The selected object, or a new one of the class in hand; a sentence says why there is none. */
  forBrush(): PaintTarget | { readonly why: string }
  /** The selected object, else the one under the pointer, which is then selected. */
  forEraser(pointPx: Point, objectUnder: ImageObject | null): PaintTarget | { readonly why: string }
  forIgnore(): PaintTarget | { readonly why: string }
  /** Stores the result of a stroke. Strokes on one object are stored one after the other. */
  store(target: PaintTarget, patch: MaskPatch | null, tool: 'brush' | 'eraser'): Promise<void>
}

const PIXELS_ON_THE_WAY = 'The mask is still being read. Try again in a moment.'

export function createPaintTargets(context: CommandContext): PaintTargets {
  const { app, session } = context
  const goals = new Map<string, Goal>()
  /** The mask that the next stroke on a target replaces, once the former stroke is stored. */
  const tails = new Map<string, Promise<MaskId | null>>()
  let newObjects = 0

  const set = (goal: Goal): PaintTarget => {
    goals.set(goal.target.key, goal)
    return goal.target
  }

  const onObject = (object: ImageObject): PaintTarget | { readonly why: string } => {
    const running = tails.has(object.id) ? goals.get(object.id) : undefined
    if (running !== undefined) return running.target
    const open = context.project()
    const image = context.image()
    if (open === null || image === null || object.classId === null)
      return { why: 'An ignore region cannot be changed: delete it and paint it again.' }
    const patch = object.mask === null ? null : app.pictures.patch(object.mask.id)
    if (object.mask !== null && !object.mask.isUnresolved && patch === null) return { why: PIXELS_ON_THE_WAY }
    return set({
      target: { key: object.id, color: colorOf(classesOf(open), object.classId), patch },
      imageId: image.id,
      classId: object.classId,
      annotationId: object.box?.id ?? null,
      parentId: object.mask?.id ?? null,
      selection: session().selection,
    })
  }

  const selectedObject = (): ImageObject | null => {
    const selected = context.selection()
    return selected.length === 1
      ? (context.objects().find((object) => object.id === selected[0]) ?? null)
      : null
  }

  const startNew = (kind: string, classId: ClassId | null, color: string): PaintTarget | { why: string } => {
    const image = context.image()
    if (image === null) return { why: 'There is no image.' }
    const { selection } = session()
    const last = goals.get(`${kind}:${newObjects}`)
    // Further strokes before the first one is stored belong to the same object, unless N was pressed between them.
    if (last !== undefined && tails.has(last.target.key) && last.selection === selection) return last.target
    newObjects++
    const target = { key: `${kind}:${newObjects}`, color, patch: null }
    return set({ target, imageId: image.id, classId, annotationId: null, parentId: null, selection })
  }

  const write = async (
    goal: Goal,
    parentId: MaskId | null,
    patch: MaskPatch | null,
    tool: 'brush' | 'eraser',
  ) => {
    const { imageId, classId, annotationId } = goal
    if (patch === null) {
      const gone = annotationId ?? parentId
      if (gone !== null) app.annotate.remove([gone])
      return null
    }
    if (classId === null) return app.annotate.addIgnoreRegion(imageId, patch.mask, patch.boundsPx)
    return app.annotate.savePainted({
      imageId,
      classId,
      parentId,
      annotationId,
      patch: patch.mask,
      boundsPx: patch.boundsPx,
      tool,
    })
  }

  return {
    forBrush: () => {
      const object = selectedObject()
      if (object !== null) return onObject(object)
      const open = context.project()
      const { activeClassId } = session()
      if (open === null || activeClassId === null) return { why: 'Add a class first.' }
      return startNew('new', activeClassId, colorOf(classesOf(open), activeClassId))
    },
    forEraser: (_pointPx, objectUnder) => {
      const object = selectedObject() ?? objectUnder
      if (object === null || object.mask === null) return { why: 'Start on a mask, or select one first.' }
      if (!session().selection.includes(object.id)) app.session.setState({ selection: [object.id] })
      return onObject(object)
    },
    forIgnore: () => startNew('ignore', null, IGNORE_COLOR),
    store: async (target, patch, tool) => {
      const goal = goals.get(target.key)
      assert(goal !== undefined, `a stroke on ${target.key} began without a goal`)
      const before = tails.get(target.key) ?? Promise.resolve(goal.parentId)
      // An ignore region is never replaced: each stroke is a region of its own.
      const stored = before.then((parentId) =>
        write(goal, goal.classId === null ? null : parentId, patch, tool),
      )
      // When storing fails the next stroke replaces what the failed one would have replaced.
      const tail = stored.catch(() => before)
      tails.set(target.key, tail)
      try {
        const maskId = await stored
        const isNewObject = goal.annotationId === null && goal.classId !== null
        if (
          isNewObject &&
          maskId !== null &&
          tails.get(target.key) === tail &&
          session().selection === goal.selection
        )
          app.session.setState({ selection: [maskId] })
      } finally {
        if (tails.get(target.key) === tail) {
          tails.delete(target.key)
          goals.delete(target.key)
        }
      }
    },
  }
}
