import { Button, Progress } from '@mantine/core'
import { Cpu, Pause, Play, Square, X } from 'lucide-react'
import type { LiveTraining, TrainingPhase } from '../../app/app'
import { useApp } from '../AppProvider'
import { timeLeftText } from '../controls/timeLeftText'
import { backendName } from './backendName'

const PHASES: Readonly<Record<TrainingPhase, string>> = {
  preparing: 'Preparing',
  training: 'Training',
  paused: 'Paused',
  drafting: 'Drafting masks for all images',
}

/** Head of the training under way: phase, epoch, time left, backend, and the three ways to intervene. */
export function LivePanel({ live }: { live: LiveTraining }) {
  const { training } = useApp()
  const isTraining = live.phase === 'training' || live.phase === 'paused'
  const done = live.epochs === 0 ? 0 : live.epoch / live.epochs
  return (
    <header className="live">
      <div className="live-row">
        <h2>{PHASES[live.phase]}</h2>
        <span className="num live-epoch">
          {live.phase === 'preparing' ? '' : `epoch ${live.epoch} / ${live.epochs}`}
        </span>
        {live.secondsLeft !== null && live.phase !== 'paused' && (
          <span className="num">{timeLeftText(live.secondsLeft)}</span>
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
        <Button variant="subtle" color="gray" leftSection={<X size={13} />} onClick={() => training.cancel()}>
          Cancel
        </Button>
      </div>
      <Progress
        size={3}
        value={live.phase === 'preparing' ? 100 : done * 100}
        striped={live.phase === 'preparing'}
        animated={live.phase === 'preparing'}
        aria-label="Training progress"
      />
      <div className="live-row mute">
        <Cpu size={12} aria-hidden />
        <span className="ellipsis">
          {live.backend === null ? 'Choosing where to compute' : backendName(live.backend)}
          {live.note === '' ? '' : ` – ${live.note}`}
        </span>
        <span className="grow" />
        <span className="live-hint">Labelling and review go on while this runs.</span>
      </div>
      <output className="visually-hidden" aria-live="polite">
        {announcement(live)}
      </output>
    </header>
  )
}

/** Spoken at every change of phase and at every fifth of the way: an epoch may take less than a second. */
function announcement(live: LiveTraining): string {
  if (live.phase !== 'training' || live.epochs === 0) return PHASES[live.phase]
  const fifth = Math.floor((live.epoch / live.epochs) * 5)
  return `Training, ${fifth * 20} percent done`
}
