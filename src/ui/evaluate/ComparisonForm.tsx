import { Button, NativeSelect } from '@mantine/core'
import { Gauge } from 'lucide-react'
import { useId } from 'react'
import type { EvaluateActions } from '../../app/app'
import type { Split } from '../../domain/records'
import { Section } from '../controls/Section'
import type { ComparisonChoice } from './comparison'

const SPLITS: readonly { readonly value: Split | 'all'; readonly label: string }[] = [
  { value: 'all', label: 'All images' },
  { value: 'val', label: 'Validation split' },
  { value: 'test', label: 'Test split' },
  { value: 'train', label: 'Training split' },
]

/** Which prediction, against what, on which images. */
export function ComparisonForm({
  choice,
  options,
  blocker,
  isBusy,
  onChange,
  onRun,
}: {
  choice: ComparisonChoice
  options: ReturnType<EvaluateActions['options']>
  blocker: string | null
  isBusy: boolean
  onChange: (choice: ComparisonChoice) => void
  onRun: () => void
}) {
  const id = useId()
  return (
    <Section title="Compare">
      <div className="evaluate-field">
        <label htmlFor={`${id}-what`}>Prediction</label>
        <NativeSelect
          id={`${id}-what`}
          value={choice.runId ?? ''}
          data={[
            { value: '', label: 'Current masks' },
            ...options.runs.map((run) => ({ value: run.id, label: run.name })),
          ]}
          onChange={(event) => {
            const runId = options.runs.find((run) => run.id === event.currentTarget.value)?.id ?? null
            onChange({ ...choice, runId })
          }}
        />
      </div>
      <div className="evaluate-field">
        <label htmlFor={`${id}-against`}>Against</label>
        <NativeSelect
          id={`${id}-against`}
          value={choice.against}
          data={[
            { value: 'reviewed', label: `Reviewed masks (${options.reviewedImages} images)` },
            {
              value: 'truth',
              label: options.hasTruth ? 'Truth of the sample' : 'Truth (none here)',
              disabled: !options.hasTruth,
            },
          ]}
          onChange={(event) =>
            onChange({ ...choice, against: event.currentTarget.value === 'truth' ? 'truth' : 'reviewed' })
          }
        />
      </div>
      <div className="evaluate-field">
        <label htmlFor={`${id}-split`}>Images</label>
        <NativeSelect
          id={`${id}-split`}
          value={choice.split}
          data={SPLITS.map((each) => ({ ...each }))}
          onChange={(event) => {
            const split = SPLITS.find((each) => each.value === event.currentTarget.value)?.value ?? 'all'
            onChange({ ...choice, split })
          }}
        />
      </div>
      <Button
        fullWidth
        mt={10}
        leftSection={<Gauge size={14} />}
        disabled={blocker !== null}
        loading={isBusy}
        aria-describedby={blocker === null ? undefined : `${id}-why`}
        onClick={onRun}
      >
        Evaluate
      </Button>
      {blocker !== null && (
        <p id={`${id}-why`} className="evaluate-blocker">
          {blocker}
        </p>
      )}
      <p className="evaluate-note">Images that a run was trained on are left out of its numbers, always.</p>
    </Section>
  )
}
