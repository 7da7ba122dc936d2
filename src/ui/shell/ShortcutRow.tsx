import { Kbd } from '@mantine/core'
import { useState, type KeyboardEvent } from 'react'
import { useObservable, useScreen } from '../AppProvider'
import { conflictsOf } from '../commands/activeCommands'
import type { Command } from '../commands/command'
import { shortcutOfPress, shortcutText } from '../commands/shortcut'

/** One command and its keys. A click listens for a new key; Escape leaves it, Backspace removes it. */
export function ShortcutRow({ command, commands }: { command: Command; commands: readonly Command[] }) {
  const { keys } = useScreen()
  const preferences = useObservable(keys)
  const [isListening, setListening] = useState(false)
  const change = (shortcuts: readonly string[]): void => {
    const preferences = keys.get()
    keys.set({ ...preferences, changed: { ...preferences.changed, [command.id]: shortcuts } })
    setListening(false)
  }
  const listen = (event: KeyboardEvent): void => {
    if (!isListening || event.key === 'Tab') return
    event.preventDefault()
    event.stopPropagation()
    if (event.key === 'Escape') setListening(false)
    else if (event.key === 'Backspace') change([])
    else {
      const shortcut = shortcutOfPress(event.nativeEvent)
      if (shortcut !== null) change([shortcut])
    }
  }
  const shown = command.shortcuts.filter((shortcut) => shortcut !== '')
  // The shipped map shares keys on purpose (arrows nudge or step); only a change can be a mistake.
  const rivals =
    command.id in preferences.changed
      ? shown.flatMap((shortcut) => conflictsOf(commands, command.id, shortcut))
      : []
  return (
    <div className="sheet-row">
      <span>
        {command.label}
        {rivals.length > 0 && (
          <span className="sheet-rival"> shared with {rivals.map((rival) => rival.label).join(', ')}</span>
        )}
      </span>
      <button
        type="button"
        className="sheet-keys"
        aria-label={`Change the key of ${command.label}, now ${shown.map(shortcutText).join(' or ') || 'none'}`}
        onClick={() => setListening(true)}
        onBlur={() => setListening(false)}
        onKeyDownCapture={listen}
      >
        {isListening ? (
          <span className="sheet-listening">Press a key</span>
        ) : shown.length === 0 ? (
          <span className="mute">–</span>
        ) : (
          shown.map((shortcut) => <Kbd key={shortcut}>{shortcutText(shortcut)}</Kbd>)
        )}
      </button>
    </div>
  )
}
