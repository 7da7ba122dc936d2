import { AlertTriangle, Gauge, Info } from 'lucide-react'
import { Button } from '@mantine/core'
import { useMemo } from 'react'
import { useApp, useObservable, useRecords } from '../AppProvider'
import { EmptyState } from '../controls/EmptyState'
import { FailureNote } from '../controls/FailureNote'
import { ProgressRow } from '../controls/ProgressRow'
import { ClassBars } from '../evaluate/ClassBars'
import {
  comparisonBlocker,
  comparisonKey,
  withComparison,
  type Comparison,
  type ComparisonChoice,
} from '../evaluate/comparison'
import { ComparisonForm } from '../evaluate/ComparisonForm'
import { ConfusionMatrix } from '../evaluate/ConfusionMatrix'
import '../evaluate/evaluate.css'
import { HeadlineNumbers } from '../evaluate/HeadlineNumbers'
import { MetricTable } from '../evaluate/MetricTable'
import { WorstImages } from '../evaluate/WorstImages'
import { useKept } from '../useKept'
import { useTask } from '../useTask'

/** Evaluate: a prediction against reviewed masks or truth, up to four side by side, with where it fails. */
export function EvaluateScreen() {
  const app = useApp()
  const { records, version } = useRecords()
  const task = useTask()
  const job = useObservable(app.jobs.running).find((each) => each.title === 'Evaluate')
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- the options are a function of the records
  const options = useMemo(() => app.evaluate.options(), [app, version])
  const [choice, setChoice] = useKept<ComparisonChoice>('EvaluateScreen.choice', () => ({
    runId: options.runs.at(-1)?.id ?? null,
    against: options.hasTruth ? 'truth' : 'reviewed',
    split: 'all',
  }))
  const [comparisons, setComparisons] = useKept<readonly Comparison[]>('EvaluateScreen.comparisons', () => [])
  const [chosenKey, setChosenKey] = useKept('EvaluateScreen.chosen', () => '')
  const shown = comparisons.find((each) => each.key === chosenKey) ?? comparisons.at(-1)
  const blocker = comparisonBlocker(choice, options)

  const evaluate = (): void =>
    task.start(async () => {
      const report = await app.evaluate.run(choice)
      const key = comparisonKey(choice)
      const name = options.runs.find((run) => run.id === choice.runId)?.name ?? 'Current masks'
      setComparisons(withComparison(comparisons, { key, name, choice, report, version }))
      setChosenKey(key)
    })

  return (
    <div className="evaluate">
      <aside className="evaluate-left" aria-label="What to compare">
        <ComparisonForm
          choice={choice}
          options={options}
          blocker={blocker}
          isBusy={task.isBusy}
          onChange={setChoice}
          onRun={evaluate}
        />
        <div className="evaluate-state" aria-live="polite">
          <FailureNote failure={task.failure} onDismiss={task.dismiss} />
          {job !== undefined && (
            <ProgressRow
              title="Evaluate"
              progress={job.progress}
              secondsLeft={job.secondsLeft}
              onCancel={job.canCancel ? () => app.jobs.cancel(job.id) : null}
            />
          )}
        </div>
      </aside>
      <main className="evaluate-main scroll">
        {shown === undefined ? (
          <EmptyState
            icon={Gauge}
            title="No numbers yet"
            action={
              blocker === null ? (
                <Button leftSection={<Gauge size={14} />} loading={task.isBusy} onClick={evaluate}>
                  Evaluate
                </Button>
              ) : (
                <Button
                  onClick={() =>
                    app.session.setState({ stage: options.runs.length > 0 ? 'review' : 'train' })
                  }
                >
                  {options.runs.length > 0 ? 'Go to Review' : 'Go to Train'}
                </Button>
              )
            }
          >
            {blocker ?? 'Choose a prediction and what to compare it with. Nothing is changed by evaluating.'}
          </EmptyState>
        ) : (
          <>
            <HeadlineNumbers report={shown.report} />
            <Notes comparison={shown} version={version} />
            <div className="evaluate-columns">
              <MetricTable
                comparisons={comparisons}
                chosenKey={shown.key}
                onChoose={setChosenKey}
                onRemove={(key) => setComparisons(comparisons.filter((each) => each.key !== key))}
              />
              <div className="details">
                <ConfusionMatrix report={shown.report} />
                <ClassBars report={shown.report} records={records} />
                <WorstImages worst={shown.report.worst} records={records} />
              </div>
            </div>
          </>
        )}
      </main>
    </div>
  )
}

/** What the numbers rest on: how many images, which were left out, and whether they are still of today. */
function Notes({ comparison, version }: { comparison: Comparison; version: number }) {
  const { report, choice } = comparison
  const isOld = version !== comparison.version
  return (
    <ul className="notes">
      <li>
        <Info size={13} aria-hidden />
        {report.imageCount} {report.imageCount === 1 ? 'image' : 'images'} compared with{' '}
        {choice.against === 'truth' ? 'the truth' : 'reviewed masks'}.
        {report.excludedTrainingImages > 0 &&
          ` ${report.excludedTrainingImages} training images are left out.`}
      </li>
      {report.notes.map((note) => (
        <li key={note} data-warn>
          <AlertTriangle size={13} aria-hidden /> {note}
        </li>
      ))}
      {isOld && (
        <li data-warn>
          <AlertTriangle size={13} aria-hidden /> The project has changed since: evaluate again.
        </li>
      )}
    </ul>
  )
}
