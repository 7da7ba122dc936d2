import type { ToolId } from '../../app/sessionStore'
import type { Box, Point } from '../../core/geometry'
import { isClickFor } from '../../domain/clickRules'
import type { AnnotationId } from '../../domain/records'
import type { CommandContext } from '../commands/commandContext'
import { showFailure, showHint } from '../controls/showFailure'
import { classesOf, colorOf } from '../useClasses'
import { clickAt, isInside, objectAt, objectsInside } from './hitTest'
import type { ImageObject, ObjectId } from './imageObjects'
import { createPaintTargets } from './paintTargets'
import { createBoxTool } from './tools/boxTool'
import { createBrushTool, type BrushToolHost, type PaintTarget } from './tools/brushTool'
import { createSelectTool } from './tools/selectTool'
import { createSmartTool } from './tools/smartTool'
import type { CanvasTool } from './tools/tool'

const LOOK_ONLY = 'Another tab edits this project. Press Take over to edit here.'

/** What the tools may ask of the stage that shows them. */
export interface StageHost {
  redraw(): void
  previewBoxes(boxes: ReadonlyMap<ObjectId, Box>): void
  /** Hides the stored mask of an object while it is painted; null shows all. */
  replace(key: string | null): void
}

/** The tools of the canvas, wired to the application. `pan` is the stage's own. */
export function createStageTools(
  context: CommandContext,
  stage: StageHost,
): Readonly<Record<Exclude<ToolId, 'pan'>, CanvasTool>> {
  const { app, screen, session } = context
  const targets = createPaintTargets(context)
  const image = () => context.image() ?? { width: 1, height: 1 }

  const isReachable = (object: ImageObject): boolean =>
    !session().hidden.includes(object.id) && !session().locked.includes(object.id)
  const under = (pointPx: Point, scale: number): ImageObject | null =>
    session().allHidden
      ? null
      : objectAt(context.objects().filter(isReachable), pointPx, scale, (id) => app.pictures.patch(id))
  const select = (ids: readonly ObjectId[]): void => {
    const now = session().selection
    if (ids.length === now.length && ids.every((id, i) => id === now[i])) return
    app.session.setState({ selection: ids })
  }
  const boxesOfSelection = () =>
    context.selectedBoxes().flatMap((id) => {
      const record = context.project()?.records.get(id)
      return record?.type === 'annotation' ? [{ id, boxPx: record.boxPx }] : []
    })
  const refuse = (title: string, why: string): null => {
    showHint(title, why)
    if (why === 'Add a class first.') screen.addClassRequest.set(screen.addClassRequest.get() + 1)
    return null
  }

  const selectTool = createSelectTool({
    image,
    objectAt: under,
    objectsInside: (marquee) =>
      session().allHidden ? [] : objectsInside(context.objects().filter(isReachable), marquee),
    selection: () => session().selection,
    editableBox: () => {
      const boxes = boxesOfSelection()
      return context.canEdit() && session().selection.length === 1 ? (boxes[0] ?? null) : null
    },
    movableBoxes: () => (context.canEdit() ? boxesOfSelection() : []),
    select,
    redraw: stage.redraw,
    preview: stage.previewBoxes,
    commitResize: (id: AnnotationId, boxPx: Box) => app.annotate.setBox(id, boxPx),
    commitMove: (ids, delta) => {
      const [only] = boxesOfSelection()
      // One box: its mask is proposed again at the new place. Several: one step for all of them.
      if (ids.length === 1 && only !== undefined)
        app.annotate.setBox(only.id, { ...only.boxPx, x: only.boxPx.x + delta.x, y: only.boxPx.y + delta.y })
      else app.annotate.nudge(ids, delta)
    },
  })

  const activeColor = (): string => {
    const open = context.project()
    return open === null ? '#ffffff' : colorOf(classesOf(open), session().activeClassId)
  }

  const shownScale = (): number => session().viewport?.scale ?? screen.readout.get()?.scale ?? 1
  const drawBox = (boxPx: Box): void => {
    const current = context.image()
    const { activeClassId } = session()
    if (current === null) return
    if (!context.canEdit()) refuse('Look only', LOOK_ONLY)
    else if (activeClassId === null) refuse('No box made', 'Add a class first.')
    else app.annotate.addBox(current.id, boxPx, activeClassId)
  }
  const selectUnder = (pointPx: Point, isShift: boolean): void => {
    const object = under(pointPx, shownScale())
    if (object === null) select([])
    else if (isShift) select([...session().selection.filter((id) => id !== object.id), object.id])
    else select([object.id])
  }

  const boxTool = createBoxTool({
    image,
    color: activeColor,
    redraw: stage.redraw,
    commit: drawBox,
    click: selectUnder,
  })

  /** The box that a click in the smart tool means: the only selected one, unless the point is on another object. */
  const clickedBox = (pointPx: Point, scale: number): AnnotationId | null => {
    const selected = session().selection.length === 1 ? boxesOfSelection()[0] : undefined
    if (selected === undefined || !isClickFor(selected.boxPx, pointPx, image())) return null
    if (isInside(selected.boxPx, pointPx)) return selected.id
    const other = under(pointPx, scale)
    return other === null || other.id === selected.id ? selected.id : null
  }

  const smartTool = createSmartTool(
    {
      image,
      color: activeColor,
      redraw: stage.redraw,
      commit: drawBox,
      isClick: (pointPx) => context.canEdit() && clickedBox(pointPx, shownScale()) !== null,
      click: ({ pointPx, scale, isShift, isAlt }, isPositive) => {
        const id = isShift ? null : clickedBox(pointPx, scale)
        if (id === null) {
          if (isPositive) selectUnder(pointPx, isShift)
          else showHint('No click made', 'Draw or select a box first, then click what is too much.')
        } else if (!context.canEdit()) refuse('Look only', LOOK_ONLY)
        else {
          const clicks = context.project()?.records.clicksOf(id) ?? []
          const mark = clickAt(clicks, pointPx, scale)
          // On a mark there is nothing new to say: Alt takes it away, and a double click makes one mark.
          if (mark === null) void app.annotate.addClick(id, pointPx, isPositive)
          else if (isAlt) app.annotate.removeClick(mark.id)
        }
      },
    },
    {
      tool: selectTool,
      isUnder: (pointer) =>
        context.selectedBoxes().length === 1 && selectTool.cursor(pointer).endsWith('-resize'),
    },
  )

  const brushHost = (
    find: (pointPx: Point, isErasing: boolean) => PaintTarget | { readonly why: string },
  ): BrushToolHost => ({
    image,
    radiusPx: () => session().brushRadiusPx,
    opacity: () => session().maskOpacity,
    target: (pointPx, isErasing) => {
      if (!context.canEdit()) return refuse('Look only', LOOK_ONLY)
      const found = find(pointPx, isErasing)
      return 'why' in found ? refuse(isErasing ? 'Nothing to erase' : 'Nothing painted', found.why) : found
    },
    redraw: stage.redraw,
    replaced: stage.replace,
    commit: (target, patch, isErasing) =>
      targets.store(target, patch, isErasing ? 'eraser' : 'brush').catch((error: unknown) => {
        showFailure('The stroke could not be stored', error)
      }),
  })
  const paint = (pointPx: Point, isErasing: boolean) =>
    isErasing ? targets.forEraser(pointPx, under(pointPx, Infinity)) : targets.forBrush()

  return {
    select: selectTool,
    smart: smartTool,
    box: withHandles(boxTool, selectTool, () => context.selectedBoxes().length === 1),
    brush: createBrushTool(brushHost(paint), 'paint'),
    eraser: createBrushTool(brushHost(paint), 'erase'),
    ignore: createBrushTool(
      brushHost((_pointPx, isErasing) =>
        isErasing ? { why: 'Select an ignore region and press Delete.' } : targets.forIgnore(),
      ),
      'paint',
    ),
  }
}

/** The box tool grips the handles of the selected box as the select tool does: a box just drawn can be mended. */
function withHandles(boxTool: CanvasTool, selectTool: CanvasTool, hasHandles: () => boolean): CanvasTool {
  let active = boxTool
  return {
    ...boxTool,
    down: (pointer) => {
      active = hasHandles() && selectTool.cursor(pointer).endsWith('-resize') ? selectTool : boxTool
      active.down(pointer)
    },
    move: (pointer) => {
      active.move(pointer)
      if (active !== boxTool) boxTool.leave()
    },
    up: (pointer) => {
      active.up(pointer)
      active = boxTool
    },
    cancel: () => {
      active.cancel()
      active = boxTool
    },
    isBusy: () => active.isBusy(),
    cursor: (pointer) => {
      const overHandle = hasHandles() ? selectTool.cursor(pointer) : ''
      return overHandle.endsWith('-resize') ? overHandle : boxTool.cursor(pointer)
    },
  }
}
