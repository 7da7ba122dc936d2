import { clipBox, type Box, type Point } from '../../core/geometry'
import type { ObjectId } from '../canvas/imageObjects'
import { effectiveViewport, stageToImage } from '../canvas/viewport'
import type { Command } from './command'
import type { CommandContext } from './commandContext'

const GROUP = 'Objects'
/** Every step proposes the mask anew: coarse enough that a few steps do. */
const RESIZE_PX = 4

export function objectCommands(context: CommandContext): readonly Command[] {
  const { app, session, isAt } = context
  const hasSelection = (): boolean => context.canEdit('annotate') && context.selection().length > 0
  const hasBoxes = (): boolean => context.canEdit('annotate') && context.selectedBoxes().length > 0
  const toggle = (field: 'hidden' | 'locked'): void => {
    const { selection } = session()
    const listed = new Set(session()[field])
    const isOn = selection.every((id) => listed.has(id))
    for (const id of selection) {
      if (isOn) listed.delete(id)
      else listed.add(id)
    }
    app.session.setState({ [field]: [...listed] })
  }
  const walk = (by: 1 | -1): void => {
    const ids = context.objects().map((object) => object.id)
    const at = ids.indexOf(session().selection.at(-1) ?? ('' as ObjectId))
    const next = at < 0 ? (by === 1 ? 0 : ids.length - 1) : (at + by + ids.length) % ids.length
    const id = ids[next]
    if (id !== undefined) app.session.setState({ selection: [id] })
  }
  const nudge = (name: string, key: string, delta: Point): Command => ({
    id: `object.nudge.${name}`,
    label: `Move ${name} by ${Math.abs(delta.x + delta.y)} px`,
    group: GROUP,
    shortcuts: [key],
    repeats: true,
    isEnabled: hasBoxes,
    run: () => app.annotate.nudge(context.selectedBoxes(), delta),
  })
  const resize = (name: string, key: string, by: Point): Command => ({
    id: `object.resize.${name}`,
    label: `Make the box ${name} by ${RESIZE_PX} px`,
    group: GROUP,
    shortcuts: [key],
    isEnabled: () => hasBoxes() && context.selectedBoxes().length === 1,
    run: () => {
      const [id] = context.selectedBoxes()
      const box = id === undefined ? undefined : context.project()?.records.get(id)
      if (box?.type !== 'annotation') return
      const { width, height } = box.boxPx
      app.annotate.setBox(box.id, {
        ...box.boxPx,
        width: Math.max(RESIZE_PX, width + by.x * RESIZE_PX),
        height: Math.max(RESIZE_PX, height + by.y * RESIZE_PX),
      })
    },
  })
  return [
    {
      id: 'object.delete',
      label: 'Delete selected',
      group: GROUP,
      shortcuts: ['delete', 'backspace'],
      isEnabled: hasSelection,
      run: () => app.annotate.remove(context.selection()),
    },
    {
      id: 'object.selectAll',
      label: 'Select all objects',
      group: GROUP,
      shortcuts: ['mod+a'],
      isEnabled: () => isAt('annotate'),
      run: () =>
        app.session.setState({
          selection: context
            .objects()
            .map((object) => object.id)
            .filter((id) => !session().locked.includes(id)),
          tool: 'select',
        }),
    },
    {
      id: 'object.copy',
      label: 'Copy',
      group: GROUP,
      shortcuts: ['mod+c'],
      // Marked text on the page is what Ctrl+C means then.
      isEnabled: () => hasBoxes() && (getSelection()?.isCollapsed ?? true),
      run: () => app.annotate.copy(context.selectedBoxes()),
    },
    {
      id: 'object.paste',
      label: 'Paste',
      group: GROUP,
      shortcuts: ['mod+v'],
      isEnabled: () => context.canEdit('annotate') && context.image() !== null,
      run: () => {
        const image = context.image()
        if (image !== null) app.annotate.paste(image.id)
      },
    },
    {
      id: 'object.copyPrevious',
      label: 'Copy the previous image’s boxes here',
      group: GROUP,
      shortcuts: ['c'],
      isEnabled: () => context.canEdit('annotate') && context.image() !== null,
      run: () => {
        const image = context.image()
        if (image !== null) app.annotate.copyFromPrevious(image.id)
      },
    },
    {
      id: 'object.accept',
      label: 'Accept the proposed mask',
      group: GROUP,
      shortcuts: ['enter'],
      isEnabled: () => context.canEdit('annotate') && context.selectedProposals().length > 0,
      run: () => {
        app.review.acceptAll(context.selectedProposals())
        // Ready for the next box: a click must not go to the one that is done.
        if (session().tool === 'smart') app.session.setState({ selection: [] })
      },
    },
    {
      id: 'object.tighten',
      label: 'Tighten box to its mask',
      group: GROUP,
      shortcuts: ['t'],
      isEnabled: hasBoxes,
      run: () => app.annotate.tighten(context.selectedBoxes()),
    },
    {
      id: 'object.propose',
      label: 'Propose the mask again',
      group: GROUP,
      shortcuts: [],
      isEnabled: hasBoxes,
      run: () => {
        for (const id of context.selectedBoxes()) void app.propose.box(id)
      },
    },
    {
      id: 'object.next',
      label: 'Next object',
      group: GROUP,
      shortcuts: ['k'],
      repeats: true,
      isEnabled: () => isAt('annotate') && context.objects().length > 0,
      run: () => walk(1),
    },
    {
      id: 'object.previous',
      label: 'Previous object',
      group: GROUP,
      shortcuts: ['j'],
      repeats: true,
      isEnabled: () => isAt('annotate') && context.objects().length > 0,
      run: () => walk(-1),
    },
    {
      id: 'object.hide',
      label: 'Hide or show selected',
      group: GROUP,
      shortcuts: ['h'],
      isEnabled: () => isAt('annotate') && session().selection.length > 0,
      run: () => toggle('hidden'),
    },
    {
      id: 'object.lock',
      label: 'Lock or unlock selected',
      group: GROUP,
      shortcuts: ['l'],
      isEnabled: () => isAt('annotate') && session().selection.length > 0,
      run: () => toggle('locked'),
    },
    {
      id: 'object.addBox',
      label: 'Add a box in the middle of the view',
      group: GROUP,
      shortcuts: ['shift+r'],
      isEnabled: () => context.canEdit('annotate') && viewCentreBox(context) !== null,
      run: () => {
        const image = context.image()
        const boxPx = viewCentreBox(context)
        const { activeClassId } = session()
        if (activeClassId === null)
          context.screen.addClassRequest.set(context.screen.addClassRequest.get() + 1)
        else if (image !== null && boxPx !== null) app.annotate.addBox(image.id, boxPx, activeClassId)
      },
    },
    resize('wider', 'mod+arrowright', { x: 1, y: 0 }),
    resize('narrower', 'mod+arrowleft', { x: -1, y: 0 }),
    resize('taller', 'mod+arrowdown', { x: 0, y: 1 }),
    resize('flatter', 'mod+arrowup', { x: 0, y: -1 }),
    nudge('left', 'arrowleft', { x: -1, y: 0 }),
    nudge('right', 'arrowright', { x: 1, y: 0 }),
    nudge('up', 'arrowup', { x: 0, y: -1 }),
    nudge('down', 'arrowdown', { x: 0, y: 1 }),
    nudge('left', 'shift+arrowleft', { x: -10, y: 0 }),
    nudge('right', 'shift+arrowright', { x: 10, y: 0 }),
    nudge('up', 'shift+arrowup', { x: 0, y: -10 }),
    nudge('down', 'shift+arrowdown', { x: 0, y: 10 }),
  ].map((command) =>
    command.id.startsWith('object.nudge') && command.shortcuts[0]?.startsWith('shift') === true
      ? { ...command, id: `${command.id}.far` }
      : command,
  )
}

/** A box of a sixth of the window around its middle, cut at the image; null where nothing of the image is there. */
function viewCentreBox({ session, screen, image }: CommandContext): Box | null {
  const current = image()
  const stage = screen.stageSize.get()
  if (current === null || stage === null) return null
  const viewport = effectiveViewport(session().viewport, current, stage)
  const middle = stageToImage(viewport, { x: stage.width / 2, y: stage.height / 2 })
  const side = Math.round(Math.min(stage.width, stage.height) / 6 / viewport.scale)
  return clipBox(
    { x: Math.round(middle.x - side / 2), y: Math.round(middle.y - side / 2), width: side, height: side },
    current,
  )
}
