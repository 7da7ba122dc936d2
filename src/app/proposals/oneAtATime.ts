import { createCell, type Observable } from '../../core/observable'
import type { AnnotationId } from '../../domain/records'

/** What a run for one box came to; `stop` ends the round even if the box was asked again meanwhile. */
export interface RoundResult<T> {
  readonly value: T | null
  readonly stop: boolean
}

/**
 * Interactive work for boxes: any number of boxes at a time, one run a box. A box that is asked again while its run
 * is under way runs once more afterwards, with what it then is: a running model is not cut off (that could cost its
 * worker and all it has encoded), and of ten quick clicks the middle eight cost nothing.
 */
export interface OneAtATime<T> {
  readonly pending: Observable<ReadonlySet<AnnotationId>>
  run(id: AnnotationId): Promise<T | null>
}

export function createOneAtATime<T>(work: (id: AnnotationId) => Promise<RoundResult<T>>): OneAtATime<T> {
  const pending = createCell<ReadonlySet<AnnotationId>>(new Set())
  const rounds = new Map<AnnotationId, { isAskedAgain: boolean; readonly done: Promise<T | null> }>()

  const mark = (id: AnnotationId, isPending: boolean): void => {
    const next = new Set(pending.get())
    if (isPending) next.add(id)
    else next.delete(id)
    pending.set(next)
  }

  const runRounds = async (id: AnnotationId): Promise<T | null> => {
    try {
      for (;;) {
        const { value, stop } = await work(id)
        const round = rounds.get(id)
        if (stop || round?.isAskedAgain !== true) return value
        round.isAskedAgain = false
      }
    } finally {
      rounds.delete(id)
      mark(id, false)
    }
  }

  return {
    pending,
    run: (id) => {
      const round = rounds.get(id)
      if (round !== undefined) {
        round.isAskedAgain = true
        return round.done
      }
      mark(id, true)
      // A turn later, so that the round is in the map before its run looks for it.
      const done = Promise.resolve().then(() => runRounds(id))
      rounds.set(id, { isAskedAgain: false, done })
      return done
    },
  }
}
