import { useCallback, useRef, useState } from 'react'
import { isAbort } from '../core/errors'

export interface Task {
  readonly isBusy: boolean
  /** What stopped the last run; null after a success, a cancel or a dismissal. */
  readonly failure: unknown
  /** A second start while the first runs does nothing. Stable. */
  readonly start: (work: () => Promise<void>) => void
  readonly dismiss: () => void
}

/** One long action of a screen: busy while it runs, its failure kept to be shown. A cancelled one ends silently. */
export function useTask(): Task {
  const [isBusy, setBusy] = useState(false)
  const [failure, setFailure] = useState<unknown>(null)
  const isRunning = useRef(false)
  const start = useCallback((work: () => Promise<void>): void => {
    const attempt = async (): Promise<void> => {
      isRunning.current = true
      setBusy(true)
      setFailure(null)
      try {
        await work()
      } catch (error) {
        if (!isAbort(error)) setFailure(error)
      } finally {
        isRunning.current = false
        setBusy(false)
      }
    }
    if (!isRunning.current) void attempt()
  }, [])
  const dismiss = useCallback(() => setFailure(null), [])
  return { isBusy, failure, start, dismiss }
}
