import { Button } from '@mantine/core'
import { ChartLine, Info, RefreshCw, SlidersHorizontal } from 'lucide-react'
import { useDeferredValue, useMemo, useState } from 'react'
import type { RunActions } from '../../../app/trainingFace'
import type { ThresholdMeasure } from '../../../app/training/measureThreshold'
import type { RecordsView } from '../../../domain/live'
import type { ImageId, TrainingRun } from '../../../domain/records'
import { useApp, useObservable, useOpenProject, useRecords } from '../../AppProvider'
import { EmptyState } from '../../controls/EmptyState'
import { FailureNote } from '../../controls/FailureNote'
import { ProgressRow } from '../../controls/ProgressRow'
import { useTask } from '../../useTask'
import { ExampleTile } from './ExampleTile'
import './operatingPoint.css'
import { RecallPlot } from './RecallPlot'
import { ThresholdNumbers } from './ThresholdNumbers'
import { ThresholdSlider } from './ThresholdSlider'
import { choiceSentence, leftOutSentence, shareText } from './thresholdText'
import { useMeasure } from './useMeasure'

const PLOT_HEIGHT = 214

/** Where a run draws the line between defect and background: measured, shown on examples, chosen, applied. */
export function OperatingPointView({ run, onClose }: { run: TrainingRun; onClose: () => void }) {
  const app = useApp()
  const { measure, failure, isCancelled, again } = useMeasure(run.id)
  const job = useObservable(app.jobs.running).find((each) => each.title === `Measure ${run.name}`)
  return (
    <div className="train-middle operating">
      <header className="live">
        <div className="live-row">
          <h2>Operating point of {run.name}</h2>
          <span className="grow" />
          <Button variant="default" leftSection={<RefreshCw size={13} />} onClick={again}>
            Measure again
          </Button>
          <Button variant="default" leftSection={<ChartLine size={13} />} onClick={onClose}>
            Curves
          </Button>
        </div>
      </header>
      <FailureNote failure={failure} onDismiss={again} />
      {job !== undefined && (
        <ProgressRow
          title="Predicting reviewed images"
          progress={job.progress}
          secondsLeft={job.secondsLeft}
          onCancel={job.canCancel ? () => app.jobs.cancel(job.id) : null}
        />
      )}
      {measure !== null && <Measured key={run.id} run={run} measure={measure} />}
      {isCancelled && job === undefined && (
        <EmptyState
          icon={SlidersHorizontal}
          title="Not measured"
          action={<Button onClick={again}>Measure</Button>}
        >
          It was cancelled. The threshold of {run.threshold.toFixed(2)} stays as it is.
        </EmptyState>
      )}
    </div>
  )
}

function Measured({ run, measure }: { run: TrainingRun; measure: ThresholdMeasure }) {
  const app = useApp()
  const { records, version } = useRecords()
  const isReadOnly = useOpenProject().isReadOnly()
  const applying = useTask()
  const [moved, setMoved] = useState<number | null>(null)
  // Nobody has moved it yet, and there are enough images: then they say where it stands.
  const isOffered = run.thresholdBy === 'default' && measure.choice.by === 'reviews'
  const threshold = moved ?? (isOffered ? measure.choice.threshold : run.threshold)
  const shownThreshold = useDeferredValue(threshold)
  const chosen = pointAt(measure, threshold)
  const inUse = pointAt(measure, run.threshold)
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- a function of the records, told by version
  const outdated = useMemo(() => app.runs.outdated(run.id), [app, run.id, version])
  const leftOut = leftOutSentence(measure)
  const apply = (): void => applying.start(() => app.runs.setThreshold(run.id, threshold))

  return (
    <>
      <ThresholdSlider
        value={threshold}
        inUse={run.threshold}
        best={measure.best?.threshold ?? null}
        isReadOnly={isReadOnly}
        isBusy={applying.isBusy}
        onChange={setMoved}
        onApply={apply}
      />
      <FailureNote failure={applying.failure} onDismiss={applying.dismiss} />
      <Redraft run={run} outdated={outdated} isReadOnly={isReadOnly} />
      <div className="operating-facts">
        <section aria-label="Precision and recall">
          <div className="plot-title">
            <h3>Precision over recall</h3>
            <span className="legend" aria-hidden>
              <i className="mark-ring" /> in use <i className="mark-disc" /> slider
            </span>
            <span className="grow" />
            <span className="num" title="Average precision over all pixels">
              AP {shareText(measure.pixelAp)}
            </span>
          </div>
          {measure.curve.length > 0 ? (
            <RecallPlot curve={measure.curve} inUse={inUse} chosen={chosen} height={PLOT_HEIGHT} />
          ) : (
            <p className="operating-none" style={{ height: PLOT_HEIGHT }}>
              A curve needs reviewed images with defects that this run did not learn from.
              <Button size="compact-xs" onClick={() => app.session.setState({ stage: 'review' })}>
                Go to Review
              </Button>
            </p>
          )}
          <p className="operating-groups">
            A group is a thing shown several times, told by folder and name: kos01_Part2 and kos01_Part5 are
            one.
          </p>
        </section>
        <section aria-label="Numbers at the threshold">
          <ThresholdNumbers inUse={inUse} chosen={chosen} best={measure.best} />
          <ul className="operating-notes">
            <li>
              <Info size={13} aria-hidden />
              <span>{choiceSentence(measure)}</span>
            </li>
            <li className="num">
              n = {measure.images} {measure.images === 1 ? 'image' : 'images'} in {measure.groups}{' '}
              {measure.groups === 1 ? 'group' : 'groups'}
            </li>
            {leftOut !== null && <li className="mute">{leftOut}</li>}
          </ul>
        </section>
      </div>
      <section className="operating-examples" aria-label="Examples at this threshold">
        <div className="plot-title">
          <h3>Examples at {shownThreshold.toFixed(2)}</h3>
          <span className="legend" aria-hidden>
            <i className="hatch-both" /> right <i className="hatch-added" /> only the student{' '}
            <i className="hatch-removed" /> missed <i className="tint-seen" /> seen, not reviewed
          </span>
        </div>
        <div className="example-grid">
          {measure.examples.map((example) => (
            <ExampleTile
              key={example.imageId}
              example={example}
              threshold={shownThreshold}
              name={nameOf(records, example.imageId)}
            />
          ))}
        </div>
      </section>
    </>
  )
}

/** After a threshold was applied: drafts and predictions are still those of the former one. */
function Redraft({
  run,
  outdated,
  isReadOnly,
}: {
  run: TrainingRun
  outdated: ReturnType<RunActions['outdated']>
  isReadOnly: boolean
}) {
  const app = useApp()
  const drafting = useTask()
  if (outdated.images === 0 && outdated.drafts === 0 && !drafting.isBusy && drafting.failure === null)
    return null
  return (
    <div className="operating-redraft" role="status">
      <span>
        {outdated.images} {outdated.images === 1 ? 'image was' : 'images were'} drafted at another threshold
        than {run.threshold.toFixed(2)}, and {outdated.drafts}{' '}
        {outdated.drafts === 1 ? 'draft of it waits' : 'drafts of it wait'} in Review. Decided masks stay;
        undo brings replaced drafts back.
      </span>
      <Button
        leftSection={<RefreshCw size={13} />}
        disabled={isReadOnly}
        loading={drafting.isBusy}
        onClick={() =>
          drafting.start(async () => {
            await app.runs.redraft(run.id)
          })
        }
      >
        Draft all images again
      </Button>
      <FailureNote failure={drafting.failure} onDismiss={drafting.dismiss} />
    </div>
  )
}

/** The measured stop of a threshold; a threshold between stops (of a file) takes the next one below. */
function pointAt({ points }: ThresholdMeasure, threshold: number): ThresholdMeasure['points'][number] {
  return points.findLast((point) => point.threshold <= threshold + 1e-9) ?? points[0]!
}

function nameOf(records: RecordsView, imageId: ImageId): string {
  const image = records.get(imageId)
  return image?.type === 'image' ? image.fileName : imageId
}
