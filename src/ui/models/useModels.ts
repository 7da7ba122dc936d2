import { useEffect } from 'react'
import type { ModelEntry } from '../../app/app'
import { useApp, useObservable, useProject, useProjectVersion } from '../AppProvider'
import { showFailure } from '../controls/showFailure'

/** The models of this computer, read anew when the component appears; empty until they are read. */
export function useModels(): readonly ModelEntry[] {
  const app = useApp()
  useEffect(() => {
    app.models
      .refresh()
      .catch((error: unknown) => showFailure('The models of this computer could not be listed', error))
  }, [app])
  return useObservable(app.models.entries)
}

/** Id of the model that the open project uses; null without a project. Follows its settings. */
export function useModelInUse(): string | null {
  const app = useApp()
  const project = useProject()
  useProjectVersion()
  return project === null ? null : app.models.inUse()
}

/** Id of the backbone that the open project trains on next; null without a project. */
export function useBackboneInUse(): string | null {
  const app = useApp()
  const project = useProject()
  useProjectVersion()
  return project === null ? null : app.training.recipe().backboneId
}
