import type { Point } from '../../core/geometry'
import { isClickFor } from '../../domain/clickRules'
import type { BoxAnnotation } from '../../domain/records'
import type { Command } from './command'
import type { CommandContext } from './commandContext'

const GROUP = 'Smart tool and proposals'
/** How far the aim moves with one press, in screen pixels. */
const AIM_STEP_STAGE = 8

/** Keys of the smart tool: candidates, clicks without a pointer, taking clicks back; and the drawing style's switch. */
export function smartCommands(context: CommandContext): readonly Command[] {
  const { app, screen, session } = context
  const box = (): BoxAnnotation | null => {
    if (!context.canEdit('annotate') || session().tool !== 'smart') return null
    const ids = context.selectedBoxes()
    const record = ids.length === 1 ? context.project()?.records.get(ids[0]!) : undefined
    return record?.type === 'annotation' ? record : null
  }
  const hasBox = (): boolean => box() !== null
  const lastClick = () => {
    const current = box()
    return current === null ? null : (context.project()?.records.clicksOf(current.id).at(-1) ?? null)
  }
  /** Where a click by key goes: the aim if it still belongs to the box, else the middle of the box. */
  const aimOf = ({ boxPx }: BoxAnnotation): Point => {
    const aim = screen.aim.get()
    const image = context.image()
    if (aim !== null && image !== null && isClickFor(boxPx, aim, image)) return aim
    return { x: boxPx.x + boxPx.width / 2, y: boxPx.y + boxPx.height / 2 }
  }
  const smart = (
    id: string,
    label: string,
    shortcut: string,
    run: (current: BoxAnnotation) => void,
  ): Command => ({
    id: `smart.${id}`,
    label,
    group: GROUP,
    shortcuts: [shortcut],
    isEnabled: hasBox,
    run: () => {
      const current = box()
      if (current !== null) run(current)
    },
  })
  const click = (id: string, label: string, shortcut: string, isPositive: boolean): Command =>
    smart(
      id,
      label,
      shortcut,
      (current) => void app.annotate.addClick(current.id, aimOf(current), isPositive),
    )
  const aim = (name: string, by: Point): Command => ({
    ...smart(`aim.${name}`, `Aim ${name}`, `alt+arrow${name}`, (current) => {
      const image = context.image()
      const step = AIM_STEP_STAGE / (screen.readout.get()?.scale ?? 1)
      const { x, y } = aimOf(current)
      const next = { x: x + by.x * step, y: y + by.y * step }
      if (image !== null && isClickFor(current.boxPx, next, image)) screen.aim.set(next)
    }),
    repeats: true,
  })
  return [
    {
      ...smart('previous', 'Previous candidate', 'bracketleft', ({ id }) => void app.propose.cycle(id, -1)),
      repeats: true,
    },
    {
      ...smart('next', 'Next candidate', 'bracketright', ({ id }) => void app.propose.cycle(id, 1)),
      repeats: true,
    },
    {
      ...smart('takeBack', 'Take back the last click', 'backspace', () => {
        const last = lastClick()
        if (last !== null) app.annotate.removeClick(last.id)
      }),
      isEnabled: () => lastClick() !== null,
    },
    click('add', 'Click at the aim: this belongs to the defect', 'q', true),
    click('subtract', 'Click at the aim: this does not', 'shift+q', false),
    aim('left', { x: -1, y: 0 }),
    aim('right', { x: 1, y: 0 }),
    aim('up', { x: 0, y: -1 }),
    aim('down', { x: 0, y: 1 }),
    {
      id: 'style.toggle',
      label: 'Draw proposals like my masks: on or off',
      group: GROUP,
      shortcuts: ['y'],
      isEnabled: () => context.canEdit('annotate'),
      run: () => {
        const classId = session().activeClassId
        const { records } = context.project()!
        const isOn = records.ofType('settings')[0]?.usesDrawingStyle ?? true
        app.propose.drawingStyle.setOn(!isOn)
        const masks = classId === null ? 0 : app.propose.drawingStyle.view(classId).masks
        screen.announcement.set(
          isOn
            ? 'Proposals as the generator draws them'
            : `Proposals drawn like your masks${masks < 3 ? ', once three are accepted' : ''}`,
        )
      },
    },
  ]
}
