import { Button, Progress } from '@mantine/core'
import type { Progress as JobProgress } from '../../core/job'
import { progressText } from './progressText'
import { timeLeftText } from './timeLeftText'

/** What runs, how much of it is done, how long it takes, and Cancel. `total` 0 shows a moving bar. */
export function ProgressRow({
  title,
  progress,
  secondsLeft,
  onCancel,
}: {
  title: string
  progress: JobProgress
  secondsLeft: number | null
  /** Null: it cannot be cancelled. */
  onCancel: (() => void) | null
}) {
  const isKnown = progress.total > 0
  return (
    <div className="progress-row">
      <div>
        <span className="ellipsis">{title}</span>
        <span className="grow" />
        <span className="num">
          {progressText(progress)}
          {secondsLeft !== null && ` · ${timeLeftText(secondsLeft)}`}
        </span>
        {onCancel !== null && (
          <Button size="compact-xs" variant="default" onClick={onCancel} aria-label={`Cancel ${title}`}>
            Cancel
          </Button>
        )}
      </div>
      <Progress
        size={3}
        value={isKnown ? (progress.done / progress.total) * 100 : 100}
        animated={!isKnown}
        striped={!isKnown}
        aria-label={title}
      />
      {progress.note !== '' && <span className="num ellipsis">{progress.note}</span>}
    </div>
  )
}
