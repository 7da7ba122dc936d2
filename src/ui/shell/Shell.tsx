import { lazy, Suspense, useEffect } from 'react'
import { useApp, useObservable, useProject, useScreen } from '../AppProvider'
import { useModelDrop } from '../models/useModelDrop'
import { StartScreen } from '../screens/StartScreen'
import './shell.css'
import { LiveRegion } from './LiveRegion'
import { Notices } from './Notices'

const ProjectFrame = lazy(() => import('./ProjectFrame').then((module) => ({ default: module.ProjectFrame })))
const CommandLayer = lazy(() => import('./CommandLayer').then((module) => ({ default: module.CommandLayer })))
const ModelsDialog = lazy(() =>
  import('../models/ModelsDialog').then((module) => ({ default: module.ModelsDialog })),
)

/** The start screen, or the open project: top bar, the stage's screen, status bar. Dialogs hang beside them. */
export function Shell() {
  const app = useApp()
  const screen = useScreen()
  const project = useProject()
  const areModelsOpen = useObservable(screen.modelsOpen)
  useModelDrop()

  useEffect(() => {
    // Pictures of the former project must not stay in memory, nor its ticks on other images.
    screen.pictures.clear()
    screen.thumbnails.clear()
    screen.tickedImages.set(new Set())
    screen.addReport.set(null)
    screen.labelFile.set(null)
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
        <CommandLayer />
      </Suspense>
      <Suspense>{areModelsOpen && <ModelsDialog />}</Suspense>
    </>
  )
}
