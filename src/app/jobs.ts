import { isAbort } from '../core/errors'
import type { JobOptions, Lane, Progress } from '../core/job'
import { createCell } from '../core/observable'
import type { Clock } from '../ports/clock'
import type { Jobs, JobView } from './app'
import type { Notices } from './notices'

export type JobOutcome<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly error: unknown }

export interface JobRunner extends Jobs {
  /**
   * Runs long work with progress, time left and Cancel. Cancelled is not failed: it ends silently and keeps what was
   * committed. A failure becomes a notice and is returned, never thrown, so that no caller forgets it.
   */
  run<T>(
    job: { readonly title: string; readonly lane: Lane; readonly canCancel?: boolean },
    work: (options: JobOptions) => Promise<T>,
  ): Promise<JobOutcome<T>>
  /** Aborts everything: the project is being closed. */
  cancelAll(): void
}

export function createJobs(clock: Clock, notices: Notices): JobRunner {
  const running = createCell<readonly JobView[]>([])
  const controllers = new Map<number, AbortController>()
  let nextId = 1

  const update = (id: number, change: Partial<JobView>): void =>
    running.set(running.get().map((job) => (job.id === id ? { ...job, ...change } : job)))

  return {
    running,
    cancel: (id) => controllers.get(id)?.abort(),
    cancelAll: () => {
      for (const controller of controllers.values()) controller.abort()
    },
    run: async ({ title, lane, canCancel = true }, work) => {
      const id = nextId++
      const controller = new AbortController()
      controllers.set(id, controller)
      const startedAt = clock.ticks()
      let first: number | null = null
      const progress: Progress = { done: 0, total: 0, note: '' }
      running.set([...running.get(), { id, title, lane, progress, secondsLeft: null, canCancel }])
      try {
        const value = await work({
          signal: controller.signal,
          onProgress: (next) => {
            // A job that goes on where an earlier one stopped owes its pace to what it did itself.
            first ??= next.done
            const own = { ...next, done: next.done - first, total: next.total - first }
            update(id, { progress: next, secondsLeft: secondsLeft(own, clock.ticks() - startedAt) })
          },
        })
        return { kind: 'done', value }
      } catch (error) {
        if (isAbort(error)) return { kind: 'cancelled' }
        notices.failure(`${title} failed`, error)
        return { kind: 'failed', error }
      } finally {
        controllers.delete(id)
        running.set(running.get().filter((job) => job.id !== id))
      }
    },
  }
}

/** The rest at the pace so far; null until 3 % are done, when the first guess stops being wild. */
export function secondsLeft({ done, total }: Progress, elapsedMs: number): number | null {
  if (total <= 0 || done <= 0 || done / total < 0.03) return null
  return ((elapsedMs / done) * (total - done)) / 1000
}
