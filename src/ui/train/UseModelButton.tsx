import { Button } from '@mantine/core'
import { Check } from 'lucide-react'

/** Makes a run's model the one that drafts: one click back to any former one. */
export function UseModelButton({ isActive, onClick }: { isActive: boolean; onClick: () => void }) {
  if (isActive) {
    return (
      <span className="in-use">
        <Check size={12} aria-hidden /> In use
      </span>
    )
  }
  return (
    <Button size="compact-xs" variant="default" onClick={onClick}>
      Use this model
    </Button>
  )
}
