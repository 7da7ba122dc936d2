import { Loader } from '@mantine/core'
import { lazy, Suspense } from 'react'
import { SourceSwitch, type TrainSource } from '../train/SourceSwitch'
import '../train/train.css'
import { TrainFromMasks } from '../train/TrainFromMasks'
import { useKept } from '../useKept'

// A project of boxes needs none of it.
const TrainFromLabels = lazy(() =>
  import('../train/labels/TrainFromLabels').then((m) => ({ default: m.TrainFromLabels })),
)

/** Train: from boxes and masks, or from image labels. */
export function TrainScreen() {
  const [source, setSource] = useKept<TrainSource>('TrainScreen.source', () => 'masks')
  const choice = <SourceSwitch source={source} onChange={setSource} />
  if (source === 'masks') return <TrainFromMasks source={choice} />
  return (
    <Suspense
      fallback={
        <div className="empty">
          <Loader size="sm" role="status" aria-label="Loading the screen" />
        </div>
      }
    >
      <TrainFromLabels source={choice} onTrainFromMasks={() => setSource('masks')} />
    </Suspense>
  )
}
