import type { ClassId } from '../../domain/records'
import type { Command } from './command'
import type { CommandContext } from './commandContext'

/** Key of the n-th class: 1 to 9, then 0. */
export function digitOfClass(position: number): string | null {
  return position > 9 ? null : String((position + 1) % 10)
}

/** Digits choose a class: for the selected objects, else for the next one. */
export function classCommands(context: CommandContext): readonly Command[] {
  const { app, session } = context
  const classAt = (position: number): ClassId | null =>
    context.project()?.records.ofType('project')[0]?.classOrder[position] ?? null
  return Array.from({ length: 10 }, (_, position) => ({
    id: `class.${position + 1}`,
    label: `Class ${position + 1}`,
    group: 'Classes',
    shortcuts: [digitOfClass(position) ?? ''],
    isEnabled: () => context.isAt('annotate') && classAt(position) !== null,
    run: () => {
      const classId = classAt(position)
      if (classId === null) return
      const selection = context.selection()
      if (selection.length > 0 && context.canEdit()) app.annotate.setClass(selection, classId)
      app.session.setState({ activeClassId: classId })
      if (!['box', 'smart', 'brush'].includes(session().tool) && selection.length === 0 && context.canEdit())
        app.session.setState({ tool: 'box' })
    },
  }))
}
