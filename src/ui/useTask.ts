import { useState } from 'react'
import { isAbort } from '../core/errors'

export interface Task {
  readonly isBusy: boolean
  /** What stopped the last run; null after a success, a cancel or a dismissal. */
  readonly failure: unknown
  readonly start: (work: () => Promise<void>) => void
  readonly dismiss: () => void
}

/** One long action of a screen: busy while it runs, its failure kept to be shown. A cancelled one ends silently. */
export function useTask(): Task {
  const [isBusy, setBusy] = useState(false)
  const [failure, setFailure] = useState<unknown>(null)
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    setBusy(true)
    setFailure(null)
    try {
      await work()
    } catch (error) {
      if (!isAbort(error)) setFailure(error)
    } finally {
      setBusy(false)
    }
  }
  return {
    isBusy,
    failure,
    start: (work) => {
      if (!isBusy) void attempt(work)
    },
    dismiss: () => setFailure(null),
  }
}
