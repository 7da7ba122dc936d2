import { Button } from '@mantine/core'
import { SunMedium } from 'lucide-react'
import { useApp, useSession } from '../AppProvider'

/** Says that the picture is not shown as it is, and takes it back with one press. */
export function AdjustBadge() {
  const app = useApp()
  const brightness = useSession((state) => state.brightness)
  const contrast = useSession((state) => state.contrast)
  const allHidden = useSession((state) => state.allHidden)
  const isChanged = brightness !== 0 || contrast !== 0
  if (!isChanged && !allHidden) return null
  return (
    <div className="adjust">
      {isChanged && (
        <div className="adjust-badge">
          <SunMedium size={13} aria-hidden />
          <span>
            Display only: brightness {signed(brightness)}, contrast {signed(contrast)}
          </span>
          <Button
            size="compact-xs"
            variant="default"
            onClick={() => app.session.setState({ brightness: 0, contrast: 0 })}
          >
            Reset
          </Button>
        </div>
      )}
      {allHidden && (
        <div className="adjust-badge">
          <span>All marks are hidden</span>
          <Button
            size="compact-xs"
            variant="default"
            onClick={() => app.session.setState({ allHidden: false })}
          >
            Show
          </Button>
        </div>
      )}
    </div>
  )
}

function signed(value: number): string {
  return value > 0 ? `+${value}` : String(value)
}
