import type { ClassifierExample } from '../../ml/cam/classifier'
import { rankingMetrics } from '../../ml/metrics/ranking'
import { disposeSeen, type ClassifierState } from './classifierState'
import type { Pooling } from './poolClassMaps'

/** Views looked at together: a map of them stays small, and a signal is heeded between. */
const GROUP = 8

/**
 * Step average precision of "any class is present", scored by the largest logit, over views with a known answer; null
 * without both kinds.
 */
export async function imageAp(
  state: ClassifierState,
  views: readonly ClassifierExample[],
  pooling: Pooling,
  breathe: () => Promise<void>,
): Promise<number | null> {
  const labels: number[] = []
  const scores: number[] = []
  const judged = views.filter(({ presence }) => presence.some((value) => value !== 255))
  for (let from = 0; from < judged.length; from += GROUP) {
    const group = judged.slice(from, from + GROUP)
    const seen = state.see(group, pooling)
    const logits = await seen.logits.data()
    disposeSeen(seen)
    const classes = logits.length / group.length
    group.forEach(({ presence }, i) => {
      labels.push(presence.includes(1) ? 1 : 0)
      scores.push(Math.max(...logits.subarray(i * classes, (i + 1) * classes)))
    })
    await breathe()
  }
  if (!scores.every(Number.isFinite)) return null
  const { positives, negatives, apStep } = rankingMetrics(labels, scores)
  return positives > 0 && negatives > 0 ? apStep : null
}
