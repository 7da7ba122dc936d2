import { Button } from '@mantine/core'
import { Play, Save, Trash2 } from 'lucide-react'
import { savedEpochText } from '../../domain/resumableRun'
import type { TrainingRun } from '../../domain/records'
import { useApp, useObservable, useOpenProject, useScreen } from '../AppProvider'
import { keepSoFar, resumeRun } from './runActions'

const SAVED_AT = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })

/** A run that ended before it had a model, and what can be made of what is saved of it. */
export function ResumePanel({ run }: { run: TrainingRun }) {
  const app = useApp()
  const screen = useScreen()
  const isReadOnly = useOpenProject().isReadOnly()
  const isTraining = useObservable(app.training.live) !== null
  const isKeeping = useObservable(app.jobs.running).some(
    ({ title }) => title === `Keep the model of ${run.name}`,
  )
  const isBlocked = isReadOnly || isTraining || isKeeping

  const discard = async (): Promise<void> => {
    const isSure = await screen.confirm({
      title: 'Discard what is saved',
      message: `"${run.name}" cannot be resumed after this. Its settings stay in the list; masks and decisions are not touched.`,
      verb: 'Discard',
    })
    if (isSure) await app.training.discardCheckpoint(run.id)
  }

  return (
    <div className="resume" role="group" aria-label={`Resume ${run.name}`}>
      <p>
        <strong>
          {run.status === 'running' ? 'Interrupted' : run.status === 'cancelled' ? 'Cancelled' : 'Failed'},
          saved at {savedEpochText(run)}
        </strong>
        <span className="mute">
          {isReadOnly
            ? 'Another tab has this project: it may be training there.'
            : `${run.checkpoint === null ? '' : SAVED_AT.format(new Date(run.checkpoint.savedAt))}. It goes on with the same data and settings, as if it had never stopped.`}
        </span>
      </p>
      <Button leftSection={<Play size={13} />} disabled={isBlocked} onClick={() => resumeRun(app, run.id)}>
        Resume
      </Button>
      <Button
        variant="default"
        leftSection={<Save size={13} />}
        disabled={isBlocked}
        loading={isKeeping}
        onClick={() => keepSoFar(app, run.id)}
        title="Ends the run with the best model so far and drafts with it"
      >
        Keep the model so far
      </Button>
      <Button
        variant="subtle"
        color="gray"
        leftSection={<Trash2 size={13} />}
        disabled={isBlocked}
        onClick={() => void discard()}
      >
        Discard
      </Button>
    </div>
  )
}
