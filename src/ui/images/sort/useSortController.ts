import { useEffect, useMemo } from 'react'
import { useStore } from 'zustand'
import type { OpenedProject } from '../../../app/app'
import { useApp, useOpenProject, useScreen } from '../../AppProvider'
import { useScreenCommands } from '../../commands/useScreenCommands'
import { useClasses } from '../../useClasses'
import { sortCommands } from './sortCommands'
import { createSortController, type SortController, type SortState } from './sortController'

// One for each opened project: the way back and "unsorted only" survive a look at another screen.
const controllers = new WeakMap<OpenedProject, SortController>()

/** The controller of the open project, following its changes, with its keys in force. */
export function useSortController(): SortController {
  const app = useApp()
  const { tickedImages } = useScreen()
  const project = useOpenProject()
  const classes = useClasses()
  let controller = controllers.get(project)
  if (controller === undefined) {
    controller = createSortController(app, tickedImages)
    controllers.set(project, controller)
  }
  const sorting = controller
  useEffect(() => project.subscribe(sorting.follow), [project, sorting])
  const commands = useMemo(
    () => sortCommands({ app, project, sorting, classes }),
    [app, project, sorting, classes],
  )
  useScreenCommands(commands)
  return sorting
}

export function useSortState<T>(sorting: SortController, select: (state: SortState) => T): T {
  return useStore(sorting.state, select)
}
