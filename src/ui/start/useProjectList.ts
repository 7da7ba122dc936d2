import { useCallback, useEffect, useState } from 'react'
import type { ProjectSummary } from '../../app/app'
import { useApp } from '../AppProvider'

export interface ProjectListState {
  /** Latest first; null while it is being read. */
  readonly projects: readonly ProjectSummary[] | null
  readonly failure: unknown
  readonly refresh: () => void
}

/** The projects kept in this browser. */
export function useProjectList(): ProjectListState {
  const app = useApp()
  const [projects, setProjects] = useState<readonly ProjectSummary[] | null>(null)
  const [failure, setFailure] = useState<unknown>(null)
  const [round, setRound] = useState(0)
  useEffect(() => {
    let isCurrent = true
    app.projects.list().then(
      (list) => {
        if (!isCurrent) return
        setProjects([...list].sort((a, b) => (a.updatedAt < b.updatedAt ? 1 : -1)))
        setFailure(null)
      },
      (error: unknown) => isCurrent && setFailure(error),
    )
    return () => {
      isCurrent = false
    }
  }, [app, round])
  return { projects, failure, refresh: useCallback(() => setRound((n) => n + 1), []) }
}
