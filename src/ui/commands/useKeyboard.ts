import { useEffect } from 'react'
import { useScreen } from '../AppProvider'
import { commandForPress } from './activeCommands'
import type { Command } from './command'

const TYPING =
  'input:not([type=checkbox], [type=radio], [type=range], [type=color]), textarea, select, [contenteditable=true]'
/** Dialogs and menus have keys of their own. */
const ELSEWHERE = '[role=dialog], [role=alertdialog], [role=menu]'
/** Enter and Space press these, whatever the command list says. */
const PRESSABLE = 'button, a, summary, input, [role=button], [role=option], [role=tab]'

/** Sends key presses to commands. Stands once, in the shell. */
export function useKeyboard(commands: readonly Command[]): void {
  const { keys } = useScreen()
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const target = event.target instanceof Element ? event.target : document.body
      if (event.defaultPrevented || target.closest(ELSEWHERE) !== null) return
      if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey && target.matches(PRESSABLE)) return
      const command = commandForPress(commands, {
        press: event,
        inTextField: target.matches(TYPING),
        preferences: keys.get(),
      })
      if (command === null) return
      event.preventDefault()
      command.run()
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [commands, keys])
}
