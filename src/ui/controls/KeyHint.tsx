import { Kbd, Tooltip } from '@mantine/core'
import type { ReactElement } from 'react'
import { shortcutText } from '../commands/shortcut'

/** Names a control and its shortcut on hover and focus. `why` tells what a disabled control waits for. */
export function KeyHint({
  label,
  shortcut,
  why,
  position = 'bottom',
  children,
}: {
  label: string
  shortcut?: string | null | undefined
  why?: string | null | undefined
  position?: 'bottom' | 'right' | 'top' | 'left'
  children: ReactElement
}) {
  return (
    <Tooltip
      position={position}
      events={{ hover: true, focus: true, touch: false }}
      label={
        <span style={{ display: 'inline-flex', gap: 8, alignItems: 'center' }}>
          <span>
            {label}
            {why !== undefined && why !== null && <span className="mute"> – {why}</span>}
          </span>
          {shortcut !== undefined && shortcut !== null && <Kbd>{shortcutText(shortcut)}</Kbd>}
        </span>
      }
    >
      {children}
    </Tooltip>
  )
}
