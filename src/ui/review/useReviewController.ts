import { useEffect } from 'react'
import { useStore } from 'zustand'
import type { OpenedProject } from '../../app/app'
import type { ReviewReason } from '../../domain/reviewQueue'
import { useApp, useOpenProject, useSession } from '../AppProvider'
import { createReviewController, type ReviewController, type ReviewState } from './reviewController'

// One for each opened project: place, mode and what can be taken back survive a look at another screen.
const controllers = new WeakMap<OpenedProject, ReviewController>()

export function useReviewController(): ReviewController {
  const app = useApp()
  const project = useOpenProject()
  let controller = controllers.get(project)
  if (controller === undefined) {
    controller = createReviewController(app)
    controllers.set(project, controller)
  }
  const { follow } = controller
  useEffect(() => {
    follow()
    return project.subscribe(follow)
  }, [project, follow])
  return controller
}

export function useReviewState<T>(controller: ReviewController, select: (state: ReviewState) => T): T {
  return useStore(controller.state, select)
}

/** The reason whose items alone are shown; null: all. */
export function useReason(): ReviewReason | null {
  return useSession((session) => session.reviewReason)
}
