import { Button, Progress } from '@mantine/core'
import type { ModelWork } from '../../app/app'
import { timeLeftText } from '../controls/timeLeftText'
import { progressText } from '../controls/progressText'

/** What is being done with a model, in one line of fixed height. */
export function WorkLine({
  title,
  work: { progress, secondsLeft },
  onCancel,
}: {
  title: string
  work: ModelWork
  onCancel: (() => void) | null
}) {
  const isKnown = progress.total > 0
  return (
    <div className="model-work">
      <Progress
        size={4}
        value={isKnown ? (progress.done / progress.total) * 100 : 100}
        animated={!isKnown}
        striped={!isKnown}
        aria-label={title}
      />
      <span className="num">
        {[progressText(progress), secondsLeft === null ? progress.note : timeLeftText(secondsLeft)]
          .filter((part) => part !== '')
          .join(' · ')}
      </span>
      {onCancel !== null && (
        <Button size="compact-xs" variant="default" aria-label={`Cancel: ${title}`} onClick={onCancel}>
          Cancel
        </Button>
      )}
    </div>
  )
}
