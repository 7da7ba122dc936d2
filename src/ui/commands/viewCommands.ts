import type { Box } from '../../core/geometry'
import { actualSize, effectiveViewport, zoomAt, zoomToBox } from '../canvas/viewport'
import type { Command } from './command'
import type { CommandContext } from './commandContext'

const GROUP = 'View'

export function viewCommands(context: CommandContext): readonly Command[] {
  const { app, session, isAt, screen } = context
  const isShown = (): boolean =>
    isAt('annotate') && context.image() !== null && screen.stageSize.get() !== null
  const isAnnotating = (): boolean => isAt('annotate')
  const selectedBounds = (): Box | null => {
    const chosen = new Set<string>(session().selection)
    const object = context.objects().find((candidate) => chosen.has(candidate.id))
    return object?.box?.boxPx ?? object?.mask?.boundsPx ?? null
  }
  const zoom = (factor: number): void => {
    const image = context.image()
    const stage = screen.stageSize.get()
    if (image === null || stage === null) return
    const viewport = effectiveViewport(session().viewport, image, stage)
    const middle = { x: stage.width / 2, y: stage.height / 2 }
    app.session.setState({ viewport: zoomAt(viewport, middle, factor, { image, stage }) })
  }
  const opacity = (by: number): void => {
    const next = Math.round((session().maskOpacity + by) * 20) / 20
    app.session.setState({ maskOpacity: Math.min(1, Math.max(0.05, next)) })
  }
  return [
    {
      id: 'view.fit',
      label: 'Fit image to window',
      group: GROUP,
      shortcuts: ['shift+1'],
      isEnabled: isShown,
      run: () => app.session.setState({ viewport: null }),
    },
    {
      id: 'view.actual',
      label: 'Actual size (100 %)',
      group: GROUP,
      shortcuts: ['shift+2'],
      isEnabled: isShown,
      run: () => {
        const image = context.image()
        const stage = screen.stageSize.get()
        if (image === null || stage === null) return
        app.session.setState({
          viewport: actualSize(effectiveViewport(session().viewport, image, stage), stage),
        })
      },
    },
    {
      id: 'view.object',
      label: 'Zoom to the selected object',
      group: GROUP,
      shortcuts: ['shift+3'],
      isEnabled: () => isShown() && selectedBounds() !== null,
      run: () => {
        const image = context.image()
        const stage = screen.stageSize.get()
        const bounds = selectedBounds()
        if (image === null || stage === null || bounds === null) return
        app.session.setState({ viewport: zoomToBox(bounds, image, stage) })
      },
    },
    {
      id: 'view.zoomIn',
      label: 'Zoom in',
      group: GROUP,
      shortcuts: ['+', '='],
      repeats: true,
      isEnabled: isShown,
      run: () => zoom(1.25),
    },
    {
      id: 'view.zoomOut',
      label: 'Zoom out',
      group: GROUP,
      shortcuts: ['-'],
      repeats: true,
      isEnabled: isShown,
      run: () => zoom(1 / 1.25),
    },
    {
      id: 'view.hideAll',
      label: 'Hide or show all marks',
      group: GROUP,
      shortcuts: ['shift+h'],
      isEnabled: isAnnotating,
      run: () => app.session.setState({ allHidden: !session().allHidden }),
    },
    {
      id: 'view.outline',
      label: 'Outlines only',
      group: GROUP,
      shortcuts: ['o'],
      isEnabled: isAnnotating,
      run: () => app.session.setState({ outlineOnly: !session().outlineOnly }),
    },
    {
      id: 'view.lessOpacity',
      label: 'More transparent masks',
      group: GROUP,
      shortcuts: [','],
      repeats: true,
      isEnabled: isAnnotating,
      run: () => opacity(-0.05),
    },
    {
      id: 'view.moreOpacity',
      label: 'Less transparent masks',
      group: GROUP,
      shortcuts: ['.'],
      repeats: true,
      isEnabled: isAnnotating,
      run: () => opacity(0.05),
    },
    {
      id: 'view.resetLight',
      label: 'Reset brightness and contrast',
      group: GROUP,
      shortcuts: [],
      isEnabled: () => isAnnotating() && (session().brightness !== 0 || session().contrast !== 0),
      run: () => app.session.setState({ brightness: 0, contrast: 0 }),
    },
  ]
}
