import { useMemo } from 'react'
import { useApp, useObservable, useScreen } from '../AppProvider'
import { withPreferences } from './activeCommands'
import { appCommands } from './appCommands'
import type { Command } from './command'
import { createCommandContext } from './commandContext'

/** All commands that exist now, the shown screen's first, with this person's shortcuts. */
export function useCommands(): readonly Command[] {
  const app = useApp()
  const screen = useScreen()
  const contributed = useObservable(screen.contributed)
  const keys = useObservable(screen.keys)
  const general = useMemo(() => appCommands(createCommandContext(app, screen)), [app, screen])
  return useMemo(() => withPreferences([...contributed, ...general], keys), [contributed, general, keys])
}

/** One command by its id, for a button. Whether it is enabled is asked at each rendering. */
export function useCommand(id: string): Command {
  const command = useCommands().find((candidate) => candidate.id === id)
  if (command === undefined) throw new Error(`no command ${id}`)
  return command
}
