import { Loader } from '@mantine/core'
import { lazy, Suspense, type ComponentType, type LazyExoticComponent } from 'react'
import type { Stage } from '../../app/sessionStore'
import { useSession } from '../AppProvider'
import { ErrorBoundary } from './ErrorBoundary'

// One chunk a stage: the canvas and the plots are fetched when somebody goes there.
const SCREENS: Readonly<Record<Stage, LazyExoticComponent<ComponentType>>> = {
  images: lazy(() => import('../screens/ImagesScreen').then((m) => ({ default: m.ImagesScreen }))),
  annotate: lazy(() => import('../screens/AnnotateScreen').then((m) => ({ default: m.AnnotateScreen }))),
  train: lazy(() => import('../screens/TrainScreen').then((m) => ({ default: m.TrainScreen }))),
  review: lazy(() => import('../screens/ReviewScreen').then((m) => ({ default: m.ReviewScreen }))),
  evaluate: lazy(() => import('../screens/EvaluateScreen').then((m) => ({ default: m.EvaluateScreen }))),
  export: lazy(() => import('../screens/ExportScreen').then((m) => ({ default: m.ExportScreen }))),
}

/** The screen of the chosen stage. */
export function Workspace() {
  const stage = useSession((state) => state.stage)
  const Screen = SCREENS[stage]
  return (
    <div className="stage-screen" role="tabpanel" id="stage-panel">
      <ErrorBoundary key={stage}>
        <Suspense
          fallback={
            <div className="empty">
              <Loader size="sm" role="status" aria-label="Loading the screen" />
            </div>
          }
        >
          <Screen />
        </Suspense>
      </ErrorBoundary>
    </div>
  )
}
