import { ActionIcon, Progress, SegmentedControl, Tooltip } from '@mantine/core'
import { Dices, Keyboard } from 'lucide-react'
import type { ReviewProgress } from '../../app/app'

/** How far the queue is, at what pace, and how long the rest takes; one by one or grid. */
export function ProgressStrip({
  progress,
  audit,
  mode,
  onMode,
  onHints,
}: {
  progress: ReviewProgress
  /** What the random checks prove, as a sentence; null before the first. */
  audit: string | null
  mode: 'single' | 'grid'
  onMode: (mode: 'single' | 'grid') => void
  onHints: () => void
}) {
  const reviewed = progress.accepted + progress.fixed + progress.rejected + progress.unsure
  const all = reviewed + progress.left
  const pace = progress.secondsPerMask
  const minutes = pace === null ? null : Math.max(1, Math.round((pace * progress.left) / 60))
  return (
    <div className="review-strip">
      <div className="strip-numbers">
        <Count label="reviewed" value={reviewed} strong />
        <Count label="accepted" value={progress.accepted} />
        <Count label="fixed" value={progress.fixed} />
        <Count label="rejected" value={progress.rejected} />
        <Count label="unsure" value={progress.unsure} />
        <Count label="left" value={progress.left} strong />
      </div>
      <output className="visually-hidden">
        {reviewed} reviewed, {progress.left} left
      </output>
      <Progress
        className="strip-bar"
        size={4}
        value={all === 0 ? 0 : (reviewed / all) * 100}
        aria-label={`${reviewed} of ${all} reviewed`}
      />
      {audit !== null && (
        <Tooltip
          label={`Audit: ${audit}`}
          multiline
          w={260}
          events={{ hover: true, focus: true, touch: true }}
        >
          <button type="button" className="strip-audit" aria-label={`Audit: ${audit}`}>
            <Dices size={14} aria-hidden /> Audit
          </button>
        </Tooltip>
      )}
      <span className="num strip-pace" title="Active seconds for each mask; pauses over 5 s are not counted">
        {pace === null ? 'pace after 3 decisions' : `${pace.toFixed(1)} s per mask · ${minutes} min left`}
      </span>
      <ActionIcon variant="subtle" color="gray" size={24} aria-label="Explain the keys" onClick={onHints}>
        <Keyboard size={15} />
      </ActionIcon>
      <SegmentedControl
        aria-label="Layout"
        data={[
          { value: 'single', label: 'One by one' },
          { value: 'grid', label: 'Grid' },
        ]}
        value={mode}
        onChange={(value) => onMode(value === 'grid' ? 'grid' : 'single')}
      />
    </div>
  )
}

function Count({ label, value, strong = false }: { label: string; value: number; strong?: boolean }) {
  return (
    <span className={strong ? 'strong' : undefined}>
      <b>{value.toLocaleString()}</b> {label}
    </span>
  )
}
