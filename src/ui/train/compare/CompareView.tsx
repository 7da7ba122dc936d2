import { ActionIcon, Button, NativeSelect } from '@mantine/core'
import { ArrowLeftRight, ChartLine, GitCompare } from 'lucide-react'
import { useMemo } from 'react'
import type { RunComparison } from '../../../app/training/compareRuns'
import type { RunId, TrainingRun } from '../../../domain/records'
import { useApp, useObservable, useOpenProject, useRecords } from '../../AppProvider'
import { EmptyState } from '../../controls/EmptyState'
import { FailureNote } from '../../controls/FailureNote'
import { ProgressRow } from '../../controls/ProgressRow'
import { UseModelButton } from '../UseModelButton'
import { ChangeTile } from './ChangeTile'
import './compare.css'
import { CurvePair } from './CurvePair'
import { DataTable } from './DataTable'
import { epochRows } from './epochRows'
import { MetricPair } from './MetricPair'
import { SettingTable } from './SettingTable'
import { SIDES } from './sides'
import { useComparison } from './useComparison'

/** Two runs side by side: curves, what they were made of, how they do, and every mask that changed. */
export function CompareView({
  runs,
  a,
  b,
  activeRunId,
  onChoose,
  onClose,
}: {
  runs: readonly TrainingRun[]
  a: TrainingRun
  b: TrainingRun
  activeRunId: RunId | null
  onChoose: (a: RunId, b: RunId) => void
  onClose: () => void
}) {
  const app = useApp()
  const { records } = useRecords()
  const isReadOnly = useOpenProject().isReadOnly()
  const { series, makeup, comparison, failure, isCancelled, again } = useComparison(a.id, b.id)
  const job = useObservable(app.jobs.running).find(
    (each) => each.title === `Compare ${a.name} with ${b.name}`,
  )
  const rows = useMemo(() => epochRows(series?.[0] ?? null, series?.[1] ?? null), [series])
  const chosen = [a, b]
  const noCurve =
    series === null ? 'Reading the logs.' : rows.epoch.length === 0 ? 'Neither run has a curve.' : null

  return (
    <div className="compare scroll">
      <header className="live">
        <div className="live-row">
          <h2>Compare</h2>
          <span className="grow" />
          <Button variant="default" leftSection={<ChartLine size={13} />} onClick={onClose}>
            Curves
          </Button>
        </div>
        <div className="compare-sides">
          {SIDES.map((side, i) => {
            const run = chosen[i]!
            return (
              <div key={side.id} className="compare-side" data-side={side.id}>
                <b className="compare-letter">{side.letter}</b>
                <NativeSelect
                  aria-label={`Run ${side.letter}`}
                  value={run.id}
                  data={runs.map(({ id, name }) => ({ value: id, label: name }))}
                  onChange={(event) => {
                    const id = event.currentTarget.value as RunId
                    const isOther = id === (i === 0 ? b.id : a.id)
                    // The other side's run: they change places.
                    if (isOther) onChoose(b.id, a.id)
                    else onChoose(i === 0 ? id : a.id, i === 0 ? b.id : id)
                  }}
                />
                {run.model !== null && !isReadOnly && (
                  <UseModelButton
                    isActive={run.id === activeRunId}
                    onClick={() => app.training.activate(run.id)}
                  />
                )}
              </div>
            )
          })}
          <ActionIcon
            size={24}
            variant="subtle"
            color="gray"
            aria-label="Swap A and B"
            onClick={() => onChoose(b.id, a.id)}
          >
            <ArrowLeftRight size={13} />
          </ActionIcon>
        </div>
      </header>
      <div className="compare-curves">
        <CurvePair title="Loss" epoch={rows.epoch} values={rows.loss} digits={3} absent={noCurve} />
        <CurvePair
          title="Validation IoU"
          epoch={rows.epoch}
          values={rows.validationIou}
          digits={3}
          absent={noCurve ?? (rows.hasValidation ? null : 'No reviewed validation images in either run.')}
        />
        <CurvePair
          title="Corrected pixels"
          epoch={rows.epoch}
          values={rows.correctedPixels}
          digits={0}
          absent={noCurve ?? (rows.hasCorrections ? null : 'No pixel was relabelled in either run.')}
        />
      </div>
      <FailureNote failure={failure} onDismiss={again} />
      <div className="compare-tables">
        <div>
          {makeup !== null && (
            <>
              <SettingTable rows={makeup.settings} />
              <DataTable data={makeup.data} records={records} />
            </>
          )}
        </div>
        {comparison !== null && <MetricPair comparison={comparison} />}
        {comparison === null && job !== undefined && (
          <section aria-label="Metrics">
            <div className="plot-title">
              <h3>On common ground</h3>
            </div>
            <ProgressRow
              title="Comparing predictions"
              progress={job.progress}
              secondsLeft={job.secondsLeft}
              onCancel={job.canCancel ? () => app.jobs.cancel(job.id) : null}
            />
            <p className="mute">
              Images without a prediction of both runs are predicted first. Metrics and changed masks follow.
            </p>
          </section>
        )}
        {isCancelled && job === undefined && (
          <EmptyState
            icon={GitCompare}
            title="Not compared"
            action={<Button onClick={again}>Compare</Button>}
          >
            It was cancelled. Predictions made so far are kept.
          </EmptyState>
        )}
      </div>
      {comparison !== null && (
        <section aria-label="Changed masks">
          <div className="plot-title">
            <h3>Changed masks</h3>
            <span className="legend" aria-hidden>
              <i className="hatch-removed" /> only A <i className="hatch-added" /> only B
            </span>
          </div>
          <p className="num">{changesText(comparison)}</p>
          {comparison.changes !== null && comparison.changes.length > 0 && (
            <ul className="changes">
              {comparison.changes.map((change) => (
                <ChangeTile key={change.key} change={change} records={records} />
              ))}
            </ul>
          )}
        </section>
      )}
    </div>
  )
}

function changesText({ changes, counts, changedImages, imageCount }: RunComparison): string {
  if (changes === null) return 'one of the runs has no model'
  const total = counts.shape + counts.class + counts.onlyA + counts.onlyB
  if (total === 0) return `none: ${counts.same} masks are the same in both`
  const shown = changes.length < total ? `, the ${changes.length} largest shown` : ''
  return `${counts.onlyA} only A · ${counts.onlyB} only B · ${counts.shape} other shape · ${counts.class} other class · ${counts.same} same; on ${changedImages} of ${imageCount} images${shown}`
}
