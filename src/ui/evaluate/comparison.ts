import type { EvaluationReport } from '../../app/evaluation'
import type { RunId, Split } from '../../domain/records'

/** What is compared with what. */
export interface ComparisonChoice {
  /** Null: the masks as they stand now. */
  readonly runId: RunId | null
  readonly against: 'reviewed' | 'truth'
  readonly split: Split | 'all'
}

/** One column of the table. */
export interface Comparison {
  readonly key: string
  readonly name: string
  readonly choice: ComparisonChoice
  readonly report: EvaluationReport
  /** Project version it was computed at: a later one may give other numbers. */
  readonly version: number
}

/** More columns do not fit beside each other. */
const MOST = 4

export function comparisonKey({ runId, against, split }: ComparisonChoice): string {
  return `${runId ?? 'current'} ${against} ${split}`
}

/** Adds a result, in the place of an older one of the same choice; the oldest goes when there are too many. */
export function withComparison(held: readonly Comparison[], added: Comparison): readonly Comparison[] {
  if (held.some((each) => each.key === added.key)) {
    return held.map((each) => (each.key === added.key ? added : each))
  }
  return [...held, added].slice(-MOST)
}

/** Why this comparison cannot be made, with what to do; null when it can. */
export function comparisonBlocker(
  choice: ComparisonChoice,
  options: { readonly hasTruth: boolean; readonly reviewedImages: number; readonly runs: readonly unknown[] },
): string | null {
  if (choice.against === 'truth') {
    return options.hasTruth ? null : 'This project has no truth: compare with reviewed masks instead.'
  }
  if (choice.runId === null) {
    return options.runs.length === 0
      ? 'Train a student first: its predictions are compared with the masks you reviewed.'
      : 'The current masks are what you reviewed: choose a run to compare with them.'
  }
  if (options.reviewedImages === 0) {
    return 'No image is reviewed yet: accept its masks in Review, or confirm it as clean.'
  }
  return null
}
