import { Button } from '@mantine/core'
import { Film, GraduationCap, ListChecks, Repeat } from 'lucide-react'
import { useEffect, useMemo, useState } from 'react'
import type { TagActions, TagRunLog } from '../../../app/tagsFace'
import type { RecordsView } from '../../../domain/live'
import { SETTINGS_ID, type RunId, type TagRun } from '../../../domain/records'
import { useApp } from '../../AppProvider'
import { ApPlot } from './ApPlot'
import { apText, tagRunMasks } from './tagRunFacts'

/** A run that is over: its curves, what it made, and where to go with it. */
export function TagRunView({
  run,
  tags,
  records,
  isBusy,
  onWatch,
  onTrainFromMasks,
}: {
  run: TagRun
  tags: TagActions
  records: RecordsView
  isBusy: boolean
  onWatch: () => void
  onTrainFromMasks: () => void
}) {
  const app = useApp()
  const [log, setLog] = useState<TagRunLog | null>(null)
  useEffect(() => {
    let isShown = true
    tags.logOf(run.id).then(
      (read) => isShown && setLog(read),
      () => isShown && setLog(null),
    )
    return () => {
      isShown = false
    }
  }, [tags, run.id, run.log])
  const masks = useMemo(() => tagRunMasks(records, run), [records, run])
  const student = lastStudent(records)
  return (
    <div className="train-middle">
      <header className="live">
        <div className="live-row run-actions">
          <h2 className="ellipsis">{run.name}</h2>
          <span className="num live-epoch">
            AP {apText(run.trainingAp)} training · {apText(run.validationAp)} validation
          </span>
          <span className="grow" />
          <Button
            variant="default"
            leftSection={<Film size={13} />}
            disabled={run.classifier === null || isBusy}
            onClick={onWatch}
          >
            Watch the extension
          </Button>
          <Button
            leftSection={<ListChecks size={13} />}
            disabled={masks.open === 0}
            onClick={() => app.session.setState({ stage: 'review' })}
          >
            Review {masks.open} {masks.open === 1 ? 'mask' : 'masks'}
          </Button>
        </div>
        <div className="live-row mute">
          {masks.open - masks.asking} from labels, {masks.asking} asking about clean images, {masks.judged}{' '}
          judged
        </div>
      </header>
      {log === null ? (
        <p className="mute series-wait">
          {run.round === 2
            ? 'An additional round has no curves of its own: its masks are those of the student, gated by the labels.'
            : 'This run did not come to its masks, so its curves were not kept.'}
        </p>
      ) : (
        <ApPlot epochs={log.epochs} of={log.epochs.at(-1)?.epochs ?? 0} />
      )}
      <section className="labels-next" aria-label="What comes next">
        <Button
          variant="default"
          leftSection={<GraduationCap size={13} />}
          disabled={isBusy}
          onClick={onTrainFromMasks}
        >
          Train a student on these masks …
        </Button>
        <Button
          variant="default"
          leftSection={<Repeat size={13} />}
          disabled={isBusy || student === null}
          title={
            student === null
              ? 'Needs a student that was trained on masks from labels'
              : 'The student looks at the labelled images again; what it sees becomes new masks'
          }
          onClick={() => student !== null && void tags.nextRound(student)}
        >
          Additional round
        </Button>
      </section>
    </div>
  )
}

/** The student in use, when it has a model. */
function lastStudent(records: RecordsView): RunId | null {
  const settings = records.get(SETTINGS_ID)
  const id = settings?.type === 'settings' ? settings.activeRunId : null
  const run = id === null ? undefined : records.get(id)
  return run?.type === 'run' && run.model !== null ? run.id : null
}
