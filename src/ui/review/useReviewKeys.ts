import { useMemo } from 'react'
import { useApp, useOpenProject } from '../AppProvider'
import { useScreenCommands } from '../commands/useScreenCommands'
import { showHint } from '../controls/showFailure'
import { useTask, type Task } from '../useTask'
import { reviewCommands } from './reviewCommands'
import type { ReviewController } from './reviewController'

export interface FixActions {
  readonly start: () => void
  readonly save: () => void
  readonly saving: Task
}

/** Puts the review commands into keyboard and palette, and returns the two that wait for pixels. */
export function useReviewKeys(review: ReviewController): FixActions {
  const app = useApp()
  const project = useOpenProject()
  const saving = useTask()
  const { start: startTask } = saving

  const start = (): void =>
    startTask(async () => {
      const item = review.current()
      if (item === null) return
      const patch = item.mask.isUnresolved ? null : await app.pictures.loadMask(item.mask.id)
      // Meanwhile the person may have gone on.
      if (review.current()?.key === item.key) review.startFix(patch)
    })
  const save = (): void =>
    startTask(async () => {
      if (!(await review.saveFix())) {
        showHint('Nothing to save', 'Everything is erased: reject the mask with Esc, then X, instead.')
      }
    })

  const commands = useMemo(
    () => reviewCommands({ app, project, review, startFix: start, saveFix: save }),
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- start and save read everything when they run
    [app, project, review],
  )
  useScreenCommands(commands)
  return { start, save, saving }
}
