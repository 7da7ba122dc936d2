import { Button, Popover, Progress, UnstyledButton } from '@mantine/core'
import { useApp, useObservable } from '../AppProvider'
import { ProgressRow } from '../controls/ProgressRow'
import { progressText } from '../controls/progressText'
import { timeLeftText } from '../controls/timeLeftText'

/** The job that runs, with progress, time left and Cancel; more of them behind a click. */
export function JobList() {
  const app = useApp()
  const jobs = useObservable(app.jobs.running)
  // Boxes just drawn come and go within a blink; their spinner is at the box.
  const shown = jobs.filter((job) => job.lane === 'batch')
  const first = shown[0]
  if (first === undefined) return null
  const { done, total } = first.progress
  return (
    <Popover position="top-end" shadow="md" width={320}>
      <Popover.Target>
        <UnstyledButton className="job-line" aria-label={`Running jobs: ${shown.length}`}>
          <span className="ellipsis">{first.title}</span>
          {total > 0 && <span>{progressText(first.progress)}</span>}
          <Progress
            w={72}
            size={3}
            value={total > 0 ? (done / total) * 100 : 100}
            animated={total === 0}
            striped={total === 0}
            aria-label={first.title}
          />
          {first.secondsLeft !== null && <span>{timeLeftText(first.secondsLeft)}</span>}
          {shown.length > 1 && <span>+{shown.length - 1}</span>}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown>
        <div style={{ display: 'grid', gap: 12 }}>
          {shown.map((job) => (
            <ProgressRow
              key={job.id}
              title={job.title}
              progress={job.progress}
              secondsLeft={job.secondsLeft}
              onCancel={job.canCancel ? () => app.jobs.cancel(job.id) : null}
            />
          ))}
        </div>
      </Popover.Dropdown>
      {first.canCancel && (
        <Button
          size="compact-xs"
          variant="subtle"
          color="gray"
          className="job-cancel"
          aria-label={`Cancel ${first.title}`}
          onClick={() => app.jobs.cancel(first.id)}
        >
          Cancel
        </Button>
      )}
    </Popover>
  )
}
