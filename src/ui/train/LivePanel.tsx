import { Button, Progress } from '@mantine/core'
import { Cpu, ListChecks, Pause, Play, Square, X } from 'lucide-react'
import type { LiveTraining, TrainingPhase } from '../../app/trainingFace'
import { useApp, useObservable } from '../AppProvider'
import { timeLeftText } from '../controls/timeLeftText'
import { backendName } from './backendName'

const PHASES: Readonly<Record<TrainingPhase, string>> = {
  preparing: 'Preparing',
  training: 'Training',
  paused: 'Paused',
  drafting: 'Drafting masks for all images',
}

/** Head of the training under way: phase, epoch, time left, backend, and the three ways to intervene. */
export function LivePanel({ live, epochs }: { live: LiveTraining; epochs: number }) {
  const { training, jobs, session } = useApp()
  // Preparing and drafting count images, not epochs: the job knows how many.
  const job = useObservable(jobs.running).find((each) => each.title === 'Train the student')
  const isTraining = live.phase === 'training' || live.phase === 'paused'
  const counted = isTraining ? null : (job?.progress ?? null)
  const done = counted === null ? live.epoch : counted.done
  const total = counted === null ? epochs : counted.total
  const secondsLeft = isTraining ? live.secondsLeft : (job?.secondsLeft ?? null)
  return (
    <header className="live">
      <div className="live-row">
        <h2>{PHASES[live.phase]}</h2>
        <span className="num live-epoch">
          {total === 0 ? '' : isTraining ? `epoch ${done} / ${total}` : `${done} / ${total}`}
        </span>
        {secondsLeft !== null && live.phase !== 'paused' && (
          <span className="num">{timeLeftText(secondsLeft)}</span>
        )}
        <span className="grow" />
        {live.phase === 'paused' ? (
          <Button leftSection={<Play size={13} />} onClick={() => training.resume()}>
            Resume
          </Button>
        ) : (
          <Button
            variant="default"
            leftSection={<Pause size={13} />}
            disabled={live.phase !== 'training'}
            onClick={() => training.pause()}
          >
            Pause
          </Button>
        )}
        <Button
          variant="default"
          leftSection={<Square size={12} />}
          disabled={!isTraining}
          onClick={() => training.stop()}
          title="Ends the training, keeps the best model so far and drafts with it"
        >
          Stop, keep the best
        </Button>
        <Button
          variant="subtle"
          color="gray"
          leftSection={<X size={13} />}
          onClick={() => training.cancel()}
          title="Ends the run without a model; it can be resumed from here later"
        >
          Cancel
        </Button>
      </div>
      <Progress
        size={3}
        value={total === 0 ? 100 : (done / total) * 100}
        striped={total === 0}
        animated={total === 0}
        aria-label="Training progress"
      />
      <div className="live-row mute">
        <Cpu size={12} aria-hidden />
        <span className="ellipsis">
          {live.backend === null ? 'Choosing where to compute' : backendName(live.backend)}
          {noteOf(live, counted?.note ?? '')}
        </span>
        <span className="grow" />
        {live.finds.queued > 0 ? (
          <Button
            size="compact-xs"
            variant="subtle"
            leftSection={<ListChecks size={12} />}
            onClick={() => session.setState({ stage: 'review' })}
            title={`Found by self-correction. ${live.finds.heldBack} more were too small, marked already, or rejected before.`}
          >
            {live.finds.queued} {live.finds.queued === 1 ? 'find' : 'finds'} in Review
          </Button>
        ) : (
          <span className="live-hint">Labelling and review go on while this runs.</span>
        )}
      </div>
      <output className="visually-hidden" aria-live="polite">
        {announcement(live, epochs)}
      </output>
    </header>
  )
}

/** Spoken at every change of phase and at every fifth of the way: an epoch may take less than a second. */
function announcement(live: LiveTraining, epochs: number): string {
  if (live.phase !== 'training' || epochs === 0) return PHASES[live.phase]
  const fifth = Math.floor((live.epoch / epochs) * 5)
  return `Training, ${fifth * 20} percent done`
}

function noteOf(live: LiveTraining, jobNote: string): string {
  const note = jobNote === '' ? live.note : jobNote
  return note === '' ? '' : ` – ${note}`
}
