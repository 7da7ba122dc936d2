import type { ImageFilter } from '../../app/sessionStore'

/** The orders that the images can be shown in. */
export const GRID_ORDERS: readonly { readonly value: ImageFilter['sort']; readonly label: string }[] = [
  { value: 'name', label: 'Name' },
  { value: 'status', label: 'State' },
  { value: 'marks', label: 'Most marks' },
  { value: 'score', label: 'Suspicion' },
  { value: 'added', label: 'Added' },
]
