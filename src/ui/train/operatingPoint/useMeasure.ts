import { useCallback, useEffect, useState } from 'react'
import type { ThresholdMeasure } from '../../../app/training/measureThreshold'
import { isAbort } from '../../../core/errors'
import type { RunId } from '../../../domain/records'
import { useApp } from '../../AppProvider'

export interface MeasureState {
  readonly measure: ThresholdMeasure | null
  readonly failure: unknown
  readonly isCancelled: boolean
  /** Measures anew when something has changed; otherwise the held answer stays. */
  readonly again: () => void
}

type Settled = { readonly runId: RunId } & Omit<MeasureState, 'again'>

/** The measure of a run, begun when it is asked for; the former one stays while a new one is under way. */
export function useMeasure(runId: RunId): MeasureState {
  const { runs } = useApp()
  const [settled, setSettled] = useState<Settled | null>(null)
  const [round, setRound] = useState(0)

  useEffect(() => {
    let isWanted = true
    const settle = (state: Omit<MeasureState, 'again'>): void => {
      if (isWanted) setSettled({ runId, ...state })
    }
    runs.measureThreshold(runId).then(
      (measure) => settle({ measure, failure: null, isCancelled: false }),
      (failure: unknown) => {
        const isCancelled = isAbort(failure)
        settle({ measure: null, failure: isCancelled ? null : failure, isCancelled })
      },
    )
    return () => {
      isWanted = false
    }
  }, [runs, runId, round])

  const again = useCallback(() => setRound((before) => before + 1), [])
  const held = settled?.runId === runId ? settled : { measure: null, failure: null, isCancelled: false }
  return { measure: held.measure, failure: held.failure, isCancelled: held.isCancelled, again }
}
