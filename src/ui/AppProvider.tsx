import { createContext, useCallback, useContext, useSyncExternalStore, type ReactNode } from 'react'
import { useStore } from 'zustand'
import type { App, OpenedProject } from '../app/app'
import type { SessionState } from '../app/sessionStore'
import { assert } from '../core/assert'
import type { Observable } from '../core/observable'
import type { RecordsView } from '../domain/live'
import type { ImageId } from '../domain/records'
import type { ScreenServices } from './screenServices'

interface Provided {
  readonly app: App
  readonly screen: ScreenServices
}

const Context = createContext<Provided | null>(null)

/** The only provider of ours: it carries the one `App` and what belongs to this window alone. */
export function AppProvider({ app, screen, children }: Provided & { children: ReactNode }) {
  return <Context value={{ app, screen }}>{children}</Context>
}

function useProvided(): Provided {
  const provided = useContext(Context)
  assert(provided !== null, 'a component that uses the app stands outside AppProvider')
  return provided
}

export function useApp(): App {
  return useProvided().app
}

/** Caches of pictures, the cursor readout, questions to the person, contributed commands. */
export function useScreen(): ScreenServices {
  return useProvided().screen
}

export function useObservable<T>(observable: Observable<T>): T {
  const subscribe = useCallback((listener: () => void) => observable.subscribe(listener), [observable])
  return useSyncExternalStore(subscribe, () => observable.get())
}

/** The open project, or null on the start screen. Does not follow its records: see `useRecords`. */
export function useProject(): OpenedProject | null {
  return useObservable(useApp().project)
}

/** The open project, for components that exist only while one is open; renders again when it may (not) be edited. */
export function useOpenProject(): OpenedProject {
  const project = useProject()
  assert(project !== null, 'this component needs an open project')
  const subscribe = useCallback((listener: () => void) => project.saveState.subscribe(listener), [project])
  useSyncExternalStore(subscribe, project.isReadOnly)
  return project
}

/** Rises with every change of the open project; 0 without one. Put it among the dependencies of `useMemo`. */
export function useProjectVersion(): number {
  const project = useProject()
  const subscribe = useCallback(
    (listener: () => void) => project?.subscribe(listener) ?? (() => undefined),
    [project],
  )
  return useSyncExternalStore(subscribe, () => project?.version() ?? 0)
}

/** All records, followed: renders again after every change. `version` is the memo key. */
export function useRecords(): { readonly records: RecordsView; readonly version: number } {
  const version = useProjectVersion()
  return { records: useOpenProject().records, version }
}

/** The records of one image, its masks and decisions: renders again only when one of those changed. */
export function useImageRecords(imageId: ImageId | null): {
  readonly records: RecordsView
  readonly version: number
} {
  const project = useOpenProject()
  return { records: project.records, version: useImageVersion(project, imageId) }
}

// subscribeToImage has no version of its own, and the project's version at the last notice serves as one.
const lastNotice = new WeakMap<OpenedProject, Map<ImageId, number>>()

/** Changes when a record of this image changed. For lists of many images: one subscription each and no more. */
export function useImageVersion(project: OpenedProject, imageId: ImageId | null): number {
  const subscribe = useCallback(
    (listener: () => void) => {
      if (imageId === null) return () => undefined
      return project.subscribeToImage(imageId, () => {
        const notices = lastNotice.get(project) ?? new Map<ImageId, number>()
        lastNotice.set(project, notices.set(imageId, project.version()))
        listener()
      })
    },
    [project, imageId],
  )
  return useSyncExternalStore(subscribe, () =>
    imageId === null ? 0 : (lastNotice.get(project)?.get(imageId) ?? 0),
  )
}

/** One part of the session: tool, selection, view, filter. Select the least that the component draws. */
export function useSession<T>(select: (state: SessionState) => T): T {
  return useStore(useApp().session, select)
}
