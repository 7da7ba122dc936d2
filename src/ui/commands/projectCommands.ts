import { STAGES } from '../../app/sessionStore'
import type { Command } from './command'
import type { CommandContext } from './commandContext'

export function projectCommands(context: CommandContext): readonly Command[] {
  const { app, screen, project } = context
  const stages = STAGES.map(
    (stage): Command => ({
      id: `stage.${stage.id}`,
      label: `Go to ${stage.label}`,
      group: 'Project',
      shortcuts: [],
      isEnabled: () => project() !== null,
      run: () => app.session.setState({ stage: stage.id }),
    }),
  )
  return [
    {
      id: 'project.undo',
      label: 'Undo',
      group: 'Project',
      shortcuts: ['mod+z'],
      repeats: true,
      isEnabled: () => context.canEdit() && project()?.undoLabel() != null,
      run: () => project()?.undo(),
    },
    {
      id: 'project.redo',
      label: 'Redo',
      group: 'Project',
      shortcuts: ['mod+shift+z', 'mod+y'],
      repeats: true,
      isEnabled: () => context.canEdit() && project()?.redoLabel() != null,
      run: () => project()?.redo(),
    },
    {
      id: 'project.saved',
      label: 'Keep a checkpoint',
      group: 'Project',
      shortcuts: ['mod+s'],
      inTextFields: true,
      isEnabled: () => project() !== null,
      run: () => {
        const answer = (): void => screen.saveQuestion.set(screen.saveQuestion.get() + 1)
        // A failed write is what the save state itself reports, in red and for as long as it lasts.
        app.projects.checkpoint().then(answer, answer)
      },
    },
    {
      id: 'project.saveFile',
      label: 'Save a project file …',
      group: 'Project',
      shortcuts: [],
      isEnabled: () => project() !== null,
      run: () => void app.projects.saveFile(),
    },
    {
      id: 'project.propose',
      label: 'Propose masks for all boxes',
      group: 'Project',
      shortcuts: [],
      isEnabled: () => context.canEdit(),
      run: () => void app.propose.all({ redo: false }),
    },
    {
      id: 'models.open',
      label: 'Models …',
      group: 'Project',
      shortcuts: ['shift+m'],
      isEnabled: () => true,
      run: () => screen.modelsOpen.set(true),
    },
    {
      id: 'project.close',
      label: 'Close project',
      group: 'Project',
      shortcuts: [],
      isEnabled: () => project() !== null,
      run: () => void app.projects.close(),
    },
    ...stages,
  ]
}
