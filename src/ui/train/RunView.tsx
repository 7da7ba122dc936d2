import { Button } from '@mantine/core'
import { GitCompare, ListChecks, RefreshCw, SlidersHorizontal } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { RunSeries } from '../../app/trainingFace'
import type { RunId, TrainingRun } from '../../domain/records'
import { isResumable } from '../../domain/resumableRun'
import { useApp } from '../AppProvider'
import { EmptyState } from '../controls/EmptyState'
import { CorrectionReviewLine } from './CorrectionReviewLine'
import { DownloadModelButton } from './DownloadModelButton'
import { ResumePanel } from './ResumePanel'
import { draftAgain, saveModel } from './runActions'
import { SeriesPanel } from './SeriesPanel'
import { UseModelButton } from './UseModelButton'

type Loaded = { readonly runId: RunId; readonly series: RunSeries | null }

/** A former run: its curves from its log or its checkpoint, and what can be done with its model. */
export function RunView({
  run,
  isActive,
  drafts,
  isTraining,
  onThreshold,
  onCompare,
}: {
  run: TrainingRun
  isActive: boolean
  drafts: number
  isTraining: boolean
  onThreshold: () => void
  /** Null while there is no other run. */
  onCompare: (() => void) | null
}) {
  const app = useApp()
  const [loaded, setLoaded] = useState<Loaded | null>(null)
  // What the curves come from: either changes when there is more of them.
  const source = run.log ?? run.checkpoint?.savedAt

  useEffect(() => {
    let isWanted = true
    const settle = (series: RunSeries | null): void => {
      if (isWanted) setLoaded({ runId: run.id, series })
    }
    app.training.seriesOf(run.id).then(settle, () => settle(null))
    return () => {
      isWanted = false
    }
  }, [app, run.id, source])

  const series = loaded?.runId === run.id ? loaded.series : null
  const hasModel = run.model !== null
  return (
    <div className="train-middle">
      <header className="live">
        <div className="live-row run-actions">
          <h2 className="ellipsis" title={run.name}>
            {run.name}
          </h2>
          <span className="grow" />
          {onCompare !== null && (
            <Button variant="default" leftSection={<GitCompare size={13} />} onClick={onCompare}>
              Compare
            </Button>
          )}
          {hasModel && (
            <>
              <DownloadModelButton run={run} isBusy={false} onSave={(form) => saveModel(app, run.id, form)} />
              <Button variant="default" leftSection={<SlidersHorizontal size={13} />} onClick={onThreshold}>
                Threshold {run.threshold.toFixed(2)}
              </Button>
              <Button
                variant="default"
                leftSection={<RefreshCw size={13} />}
                disabled={isTraining}
                onClick={() => draftAgain(app, run.id)}
              >
                Draft again
              </Button>
              {drafts > 0 && (
                <Button
                  leftSection={<ListChecks size={13} />}
                  onClick={() => app.session.setState({ stage: 'review' })}
                >
                  Review {drafts} {drafts === 1 ? 'draft' : 'drafts'}
                </Button>
              )}
              <UseModelButton isActive={isActive} onClick={() => app.training.activate(run.id)} />
            </>
          )}
        </div>
        {run.failure !== null && <p className="run-failure">{run.failure}</p>}
        {isResumable(run) && <ResumePanel run={run} />}
        <CorrectionReviewLine runId={run.id} />
      </header>
      {series !== null && (
        <SeriesPanel series={series} version={0} epochs={Number(run.params.epochs ?? series.epochs.length)} />
      )}
      {series === null && loaded?.runId === run.id && (
        <EmptyState icon={ListChecks} title="No curve of this run">
          It ended before its first epoch was written down.
        </EmptyState>
      )}
    </div>
  )
}
