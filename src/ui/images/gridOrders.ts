import type { ImageFilter } from '../../app/sessionStore'
import type { RecordsView } from '../../domain/live'

interface GridOrder {
  readonly value: ImageFilter['sort']
  readonly label: string
}

const ORDERS: readonly GridOrder[] = [
  { value: 'name', label: 'By name' },
  { value: 'status', label: 'By state' },
  { value: 'marks', label: 'By most marks' },
  { value: 'score', label: 'By suspicion' },
  { value: 'added', label: 'By added' },
]

/** The orders that the images can be shown in; "suspicion" only where a classifier has scored them. */
export function gridOrders(records: RecordsView, present: ImageFilter['sort']): readonly GridOrder[] {
  const hasScores = (records.ofType('settings')[0]?.activeTagRunId ?? null) !== null
  return ORDERS.filter(({ value }) => value !== 'score' || hasScores || present === 'score')
}
