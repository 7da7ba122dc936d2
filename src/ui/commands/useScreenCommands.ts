import { useEffect } from 'react'
import { useScreen } from '../AppProvider'
import type { Command } from './command'

/**
 * Adds a screen's own commands to the keyboard, the palette and the shortcut sheet while the screen is shown.
 * They come before the application's: a screen may give a key its own meaning. Pass a memoised list.
 */
export function useScreenCommands(commands: readonly Command[]): void {
  const { contributed } = useScreen()
  useEffect(() => {
    contributed.set([...contributed.get(), ...commands])
    return () => contributed.set(contributed.get().filter((command) => !commands.includes(command)))
  }, [contributed, commands])
}
