import { useCallback, useEffect, useState } from 'react'
import type { RunSeries } from '../../../app/trainingFace'
import type { RunComparison, RunMakeup } from '../../../app/training/compareRuns'
import { isAbort } from '../../../core/errors'
import type { RunId } from '../../../domain/records'
import { useApp } from '../../AppProvider'

interface Pair<T> {
  readonly key: string
  readonly value: T
}

/** What is known about a pair of runs: curves, settings and data at once, the comparison when its job is done. */
export function useComparison(a: RunId, b: RunId) {
  const app = useApp()
  const key = `${a} ${b}`
  const [series, setSeries] = useState<Pair<readonly [RunSeries | null, RunSeries | null]> | null>(null)
  const [makeup, setMakeup] = useState<Pair<RunMakeup> | null>(null)
  const [comparison, setComparison] = useState<Pair<RunComparison> | null>(null)
  const [failure, setFailure] = useState<Pair<unknown> | null>(null)
  const [round, setRound] = useState(0)

  useEffect(() => {
    let isWanted = true
    const wanted = `${a} ${b}`
    // A run without a readable log is shown without a curve.
    const curveOf = (id: RunId): Promise<RunSeries | null> => app.training.seriesOf(id).catch(() => null)
    void Promise.all([curveOf(a), curveOf(b)]).then((value) => {
      if (isWanted) setSeries({ key: wanted, value })
    })
    app.runs.compareMakeup(a, b).then(
      (value) => {
        if (isWanted) setMakeup({ key: wanted, value })
      },
      (error: unknown) => {
        if (isWanted) setFailure({ key: wanted, value: error })
      },
    )
    return () => {
      isWanted = false
    }
  }, [app, a, b])

  useEffect(() => {
    let isWanted = true
    const wanted = `${a} ${b}`
    app.runs.compare(a, b).then(
      (value) => {
        if (!isWanted) return
        setComparison({ key: wanted, value })
        setFailure(null)
      },
      (error: unknown) => {
        if (isWanted) setFailure({ key: wanted, value: error })
      },
    )
    return () => {
      isWanted = false
    }
  }, [app, a, b, round])

  const again = useCallback(() => {
    setFailure(null)
    setRound((before) => before + 1)
  }, [])
  const error = failure?.key === key ? failure.value : null
  return {
    series: series?.key === key ? series.value : null,
    makeup: makeup?.key === key ? makeup.value : null,
    comparison: comparison?.key === key ? comparison.value : null,
    failure: isAbort(error) ? null : error,
    isCancelled: isAbort(error),
    again,
  }
}
