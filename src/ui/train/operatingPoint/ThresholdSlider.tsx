import { Button, Slider } from '@mantine/core'
import { Check, Target } from 'lucide-react'
import { useId } from 'react'

/** In hundredths, so that every stop is a whole number. */
const LEAST = 5
const MOST = 95

/** The threshold by mouse and by keys: arrows a hundredth, Home and End to the ends, Enter applies. */
export function ThresholdSlider({
  value,
  inUse,
  best,
  isReadOnly,
  isBusy,
  onChange,
  onApply,
}: {
  value: number
  inUse: number
  /** Threshold of the best IoU; null when nothing is measured. */
  best: number | null
  isReadOnly: boolean
  isBusy: boolean
  onChange: (value: number) => void
  onApply: () => void
}) {
  const id = useId()
  const isApplied = value === inUse
  return (
    <div className="threshold-row">
      <span id={id} className="threshold-label">
        Threshold
      </span>
      <Slider
        value={Math.round(value * 100)}
        min={LEAST}
        max={MOST}
        step={1}
        {...(best === null ? {} : { marks: [{ value: Math.round(best * 100) }] })}
        onChange={(hundredths) => onChange(hundredths / 100)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || isApplied || isReadOnly) return
          event.preventDefault()
          onApply()
        }}
        thumbProps={{ 'aria-labelledby': id }}
        thumbValueText={value.toFixed(2)}
      />
      <output className="num threshold-value">{value.toFixed(2)}</output>
      <Button
        variant="default"
        leftSection={<Target size={13} />}
        disabled={best === null || best === value}
        onClick={() => best !== null && onChange(best)}
      >
        Best IoU
      </Button>
      <Button
        leftSection={<Check size={13} />}
        disabled={isApplied || isReadOnly}
        loading={isBusy}
        title="Enter on the slider does the same"
        onClick={onApply}
      >
        {isApplied ? 'In use' : `Apply ${value.toFixed(2)}`}
      </Button>
    </div>
  )
}
