import { lazy, Suspense, useEffect } from 'react'
import { useApp, useObservable, useProject, useScreen } from '../AppProvider'
import { useCommands } from '../commands/useCommands'
import { useKeyboard } from '../commands/useKeyboard'
import { useModelDrop } from '../models/useModelDrop'
import { StartScreen } from '../screens/StartScreen'
import './shell.css'
import { LiveRegion } from './LiveRegion'
import { Notices } from './Notices'

const ProjectFrame = lazy(() => import('./ProjectFrame').then((module) => ({ default: module.ProjectFrame })))
const CommandPalette = lazy(() =>
  import('./CommandPalette').then((module) => ({ default: module.CommandPalette })),
)
const ModelsDialog = lazy(() =>
  import('../models/ModelsDialog').then((module) => ({ default: module.ModelsDialog })),
)
const ShortcutSheet = lazy(() =>
  import('./ShortcutSheet').then((module) => ({ default: module.ShortcutSheet })),
)

/** The start screen, or the open project: top bar, the stage's screen, status bar. Dialogs hang beside them. */
export function Shell() {
  const app = useApp()
  const screen = useScreen()
  const project = useProject()
  const commands = useCommands()
  const isPaletteOpen = useObservable(screen.paletteOpen)
  const isSheetOpen = useObservable(screen.sheetOpen)
  const areModelsOpen = useObservable(screen.modelsOpen)
  useKeyboard(commands)
  useModelDrop()

  useEffect(() => {
    // Pictures of the former project must not stay in memory, nor its ticks on other images.
    screen.pictures.clear()
    screen.thumbnails.clear()
    screen.tickedImages.set(new Set())
    screen.addReport.set(null)
  }, [project, screen])

  return (
    <>
      {project === null ? (
        <StartScreen />
      ) : (
        <Suspense>
          <ProjectFrame key={project.id} project={project} />
        </Suspense>
      )}
      <Notices notices={app.notices} dismiss={app.dismissNotice} />
      <LiveRegion />
      <Suspense>
        {isPaletteOpen && <CommandPalette commands={commands} />}
        {isSheetOpen && <ShortcutSheet commands={commands} />}
        {areModelsOpen && <ModelsDialog />}
      </Suspense>
    </>
  )
}
