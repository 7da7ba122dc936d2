import { ActionIcon } from '@mantine/core'
import type { ComponentType } from 'react'
import { shortcutAria } from '../commands/shortcut'
import { useCommand } from '../commands/useCommands'
import { KeyHint } from './KeyHint'

/**
 * A command as an icon button: named, with its shortcut in the tooltip. It stays reachable while it cannot run, so
 * that a person on the keyboard can read what it is.
 */
export function CommandIcon({
  id,
  icon: Icon,
  hint,
  label,
  isPressed,
  size = 26,
  iconSize = 14,
  variant = 'default',
  position = 'bottom',
}: {
  id: string
  /** A lucide icon, or anything of that face. */
  icon: ComponentType<{ size?: number | string; strokeWidth?: number | string }>
  /** Tooltip instead of the command's label. */
  hint?: string
  /** Accessible name instead of the command's label. */
  label?: string
  /** Given for toggles only. */
  isPressed?: boolean
  size?: number
  iconSize?: number
  variant?: 'default' | 'subtle'
  position?: 'bottom' | 'right' | 'top' | 'left'
}) {
  const command = useCommand(id)
  const isEnabled = command.isEnabled()
  const shortcut = command.shortcuts[0]
  return (
    <KeyHint label={hint ?? command.label} shortcut={shortcut} position={position}>
      <ActionIcon
        size={size}
        variant={isPressed === true ? 'filled' : variant}
        color={isPressed === true ? 'signal' : 'gray'}
        aria-label={label ?? command.label}
        aria-disabled={!isEnabled}
        {...(isEnabled ? {} : { 'data-disabled': true })}
        {...(isPressed === undefined ? {} : { 'aria-pressed': isPressed })}
        {...(shortcut === undefined ? {} : { 'aria-keyshortcuts': shortcutAria(shortcut) })}
        onClick={() => {
          if (isEnabled) command.run()
        }}
      >
        <Icon size={iconSize} strokeWidth={1.75} />
      </ActionIcon>
    </KeyHint>
  )
}
