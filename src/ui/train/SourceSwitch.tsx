import { SegmentedControl } from '@mantine/core'
import { Section } from '../controls/Section'

/** What the Train screen learns from. */
export type TrainSource = 'masks' | 'labels'

const CHOICES: readonly { readonly value: TrainSource; readonly label: string }[] = [
  { value: 'masks', label: 'Boxes and masks' },
  { value: 'labels', label: 'Image labels' },
]

export function SourceSwitch({
  source,
  onChange,
}: {
  source: TrainSource
  onChange: (source: TrainSource) => void
}) {
  return (
    <Section title="Learn from">
      <SegmentedControl
        fullWidth
        size="xs"
        aria-label="Learn from"
        value={source}
        data={CHOICES.map(({ value, label }) => ({ value, label }))}
        onChange={(value) => onChange(value as TrainSource)}
      />
    </Section>
  )
}
