import { AppError, messageOf } from '../core/errors'
import { createCell, type Observable } from '../core/observable'
import type { SaveState } from '../ports/projectStorage'
import type { LogItem } from './updateLog'

/** Changes on their way to the disk, and the one truth about whether they have arrived. */
export interface SaveQueue {
  readonly state: Observable<SaveState>
  /** Queues and starts writing at once. Throws `storage/read-only` when, and only when, that is the state. */
  append(item: LogItem): void
  /** Resolves when everything appended so far is durable; tries at once and rejects with the write error. */
  flush(): Promise<void>
  /**
   * `null` makes it writable again. What was appended before is still written; should that fail, the state is
   * `notSaved` and the queue takes more until a write succeeds: the log can bear two writers, work cannot be lost.
   */
  setReadOnly(reason: string | null): void
  /** Ends the retries. */
  stop(): void
}

/** First retry after a failed write; doubled each time up to the maximum. */
const RETRY_MS = 500
const RETRY_MAX_MS = 30_000

/**
 * Writes in the order of appending, one write at a time; whatever came in meanwhile goes into the next. After a
 * failure the state is `notSaved` until a write succeeds, and nothing that was appended is ever given up.
 */
export function createSaveQueue(options: {
  readonly write: (items: readonly LogItem[]) => Promise<void>
  readonly now: () => string
  readonly retryMs?: number
}): SaveQueue {
  const state = createCell<SaveState>({ kind: 'saved', at: null })
  const pending: { readonly item: LogItem; readonly at: string }[] = []
  let readOnlyReason: string | null = null
  let failure: string | null = null
  let failedCount = 0
  let writing: Promise<void> | null = null
  let retry: ReturnType<typeof setTimeout> | null = null
  let appendedCount = 0
  let durableCount = 0
  let savedAt: string | null = null
  let isStopped = false

  const show = (): void => {
    const oldest = pending[0]
    if (oldest !== undefined && failure !== null) {
      state.set({ kind: 'notSaved', since: oldest.at, reason: failure })
    } else if (readOnlyReason !== null) state.set({ kind: 'readOnly', reason: readOnlyReason })
    else if (oldest !== undefined) state.set({ kind: 'saving' })
    else state.set({ kind: 'saved', at: savedAt })
  }

  const writeBatch = async (): Promise<void> => {
    const batch = pending.slice()
    try {
      await options.write(batch.map(({ item }) => item))
    } catch (error) {
      failure = messageOf(error)
      failedCount += 1
      show()
      throw error
    }
    pending.splice(0, batch.length)
    durableCount += batch.length
    failure = null
    failedCount = 0
    savedAt = options.now()
    show()
  }

  const attempt = (): Promise<void> => {
    if (retry !== null) clearTimeout(retry)
    retry = null
    writing ??= writeBatch().finally(() => {
      writing = null
      if (failure !== null) scheduleRetry()
      else if (pending.length > 0) start()
    })
    return writing
  }
  // The failure is in the state and will be retried: nobody else has to handle it.
  const start = (): void => void attempt().catch(() => undefined)

  const scheduleRetry = (): void => {
    if (retry !== null || isStopped) return
    const waitMs = Math.min(RETRY_MAX_MS, (options.retryMs ?? RETRY_MS) * 2 ** (failedCount - 1))
    retry = setTimeout(start, waitMs)
  }

  return {
    state,
    append: (item) => {
      const current = state.get()
      if (current.kind === 'readOnly') throw new AppError('storage/read-only', current.reason)
      pending.push({ item, at: options.now() })
      appendedCount += 1
      show()
      if (retry === null) start()
    },
    flush: async () => {
      const target = appendedCount
      while (durableCount < target) await attempt()
    },
    setReadOnly: (reason) => {
      readOnlyReason = reason
      show()
    },
    stop: () => {
      isStopped = true
      if (retry !== null) clearTimeout(retry)
      retry = null
    },
  }
}
