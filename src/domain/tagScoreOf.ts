import type { RecordsView } from './live'

/** What the active tag run's classifier says of an image: highest class probability, 0..1; null without one. */
export function tagScoreOf(records: RecordsView, imageId: string): number | null {
  const active = records.ofType('settings')[0]?.activeTagRunId ?? null
  if (active === null) return null
  return records.ofImage('tagScore', imageId).findLast((score) => score.tagRunId === active)?.score ?? null
}
