import type { ToolId } from '../../app/sessionStore'
import type { Command } from './command'
import type { CommandContext } from './commandContext'

const TOOLS: readonly { readonly id: ToolId; readonly label: string; readonly key: string | null }[] = [
  { id: 'select', label: 'Select and move', key: 'v' },
  { id: 'box', label: 'Box', key: 'r' },
  { id: 'smart', label: 'Smart: box, then clicks', key: 's' },
  { id: 'brush', label: 'Brush', key: 'b' },
  { id: 'eraser', label: 'Eraser', key: 'e' },
  { id: 'ignore', label: 'Ignore brush (don’t know)', key: 'i' },
  { id: 'pan', label: 'Pan', key: null },
]

const BRUSH_LEAST = 0.5
const BRUSH_MOST = 256

export function toolCommands(context: CommandContext): readonly Command[] {
  const { app, screen, session, isAt } = context
  const choose = TOOLS.map(
    (tool): Command => ({
      id: `tool.${tool.id}`,
      label: tool.label,
      group: 'Tools',
      shortcuts: tool.key === null ? [] : [tool.key],
      isEnabled: () =>
        tool.id === 'select' || tool.id === 'pan' ? isAt('annotate') : context.canEdit('annotate'),
      run: () => {
        screen.interaction.get()?.cancel()
        app.session.setState({ tool: tool.id })
      },
    }),
  )
  const resize = (factor: number): void => {
    const { brushRadiusPx } = session()
    const next = Math.min(BRUSH_MOST, Math.max(BRUSH_LEAST, brushRadiusPx * factor))
    // Small brushes step by half a pixel, so that each press changes the dab.
    app.session.setState({ brushRadiusPx: Math.round(next * 2) / 2 })
  }
  return [
    ...choose,
    {
      id: 'brush.smaller',
      label: 'Smaller brush',
      group: 'Tools',
      shortcuts: ['bracketleft'],
      repeats: true,
      isEnabled: () => isAt('annotate'),
      run: () => resize(1 / 1.2),
    },
    {
      id: 'brush.larger',
      label: 'Larger brush',
      group: 'Tools',
      shortcuts: ['bracketright'],
      repeats: true,
      isEnabled: () => isAt('annotate'),
      run: () => resize(1.2),
    },
    {
      id: 'draw.finish',
      label: 'Finish the shape',
      group: 'Tools',
      shortcuts: ['enter'],
      isEnabled: () => isAt('annotate') && screen.interaction.get()?.isBusy() === true,
      run: () => screen.interaction.get()?.finish(),
    },
    {
      id: 'draw.next',
      label: 'Finish this object, start another of its class',
      group: 'Tools',
      shortcuts: ['n'],
      isEnabled: () => context.canEdit('annotate'),
      run: () => {
        screen.interaction.get()?.finish()
        app.session.setState({ selection: [] })
      },
    },
    {
      id: 'draw.stepOut',
      label: 'Step out: cancel the shape, deselect, leave the tool',
      group: 'Tools',
      shortcuts: ['escape'],
      isEnabled: () => isAt('annotate'),
      run: () => {
        const interaction = screen.interaction.get()
        if (interaction?.isBusy() === true) interaction.cancel()
        // The smart tool is left with its box still selected and its mask still undecided.
        else if (session().tool === 'smart') app.session.setState({ tool: 'select' })
        else if (session().selection.length > 0) app.session.setState({ selection: [] })
        else app.session.setState({ tool: 'select' })
      },
    },
  ]
}
