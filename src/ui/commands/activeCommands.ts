import type { Command } from './command'
import type { KeyPreferences } from './keyPreferences'
import { matchesShortcut, type KeyPress } from './shortcut'

/** The commands with the shortcuts that this person uses. */
export function withPreferences(
  commands: readonly Command[],
  { changed }: KeyPreferences,
): readonly Command[] {
  return commands.map((command) => {
    const own = changed[command.id]
    return own === undefined ? command : { ...command, shortcuts: own }
  })
}

/** A shortcut of one character, with or without Shift: what speech input produces by accident (WCAG 2.1.4). */
function isSingleKey(shortcut: string): boolean {
  const parts = shortcut
    .toLowerCase()
    .split('+')
    .filter((part) => part !== '')
  if (parts.includes('mod') || parts.includes('alt')) return false
  const key = parts.at(-1) ?? shortcut
  return key.length === 1 || key.startsWith('bracket') || shortcut === '+'
}

export interface PressSituation {
  readonly press: KeyPress & { readonly repeat: boolean; readonly isComposing: boolean }
  /** The focus is where characters are typed. */
  readonly inTextField: boolean
  readonly preferences: KeyPreferences
}

/** The command that a key press means now, or null. The first enabled one in the list's order. */
export function commandForPress(
  commands: readonly Command[],
  { press, inTextField, preferences }: PressSituation,
): Command | null {
  if (press.isComposing) return null
  for (const command of commands) {
    if (press.repeat && command.repeats !== true) continue
    if (inTextField && command.inTextFields !== true) continue
    const isMeant = command.shortcuts.some(
      (shortcut) =>
        shortcut !== '' &&
        (preferences.singleKeys || !isSingleKey(shortcut)) &&
        matchesShortcut(press, shortcut),
    )
    if (isMeant && command.isEnabled()) return command
  }
  return null
}

/** Other commands that use one of these shortcuts; a conflict the person should know of. */
export function conflictsOf(
  commands: readonly Command[],
  commandId: string,
  shortcut: string,
): readonly Command[] {
  return commands.filter((other) => other.id !== commandId && other.shortcuts.includes(shortcut))
}
