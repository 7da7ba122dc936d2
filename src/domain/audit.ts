import type { RecordsView } from './live'

export interface Audit {
  /** Masks that came up by chance and were judged; "unsure" ones prove nothing and are not counted. */
  readonly checked: number
  /** Of them rejected, or fixed by hand. */
  readonly wrong: number
  /**
   * Share of wrong masks in the queue, 0..1, that is not exceeded with 95 % confidence: the one-sided upper limit of
   * Clopper and Pearson (Biometrika 26, 1934). Null while nothing was checked.
   */
  readonly atMostWrong: number | null
}

const CONFIDENCE = 0.95

/** What the randomly mixed-in items prove about all the others. */
export function auditOf(records: RecordsView): Audit {
  let checked = 0
  let wrong = 0
  for (const decision of records.ofType('decision')) {
    if (!decision.isAudit || decision.verdict === 'unsure') continue
    checked++
    if (decision.verdict !== 'accepted') wrong++
  }
  return { checked, wrong, atMostWrong: checked === 0 ? null : upperLimit(wrong, checked) }
}

/** The p at which `wrong` or fewer of `checked` would come up with a chance of only 1 - confidence; by bisection. */
function upperLimit(wrong: number, checked: number): number {
  if (wrong >= checked) return 1
  let low = wrong / checked
  let high = 1
  for (let round = 0; round < 60; round++) {
    const middle = (low + high) / 2
    if (chanceOfAtMost(wrong, checked, middle) > 1 - CONFIDENCE) low = middle
    else high = middle
  }
  return high
}

/** P(X <= k) for X binomial (n, p), 0 < p < 1; summed from logarithms, so that large n do not underflow term by term. */
function chanceOfAtMost(k: number, n: number, p: number): number {
  let logTerm = n * Math.log1p(-p)
  let sum = Math.exp(logTerm)
  for (let i = 1; i <= k; i++) {
    logTerm += Math.log((n - i + 1) / i) + Math.log(p) - Math.log1p(-p)
    sum += Math.exp(logTerm)
  }
  return sum
}
