import { CheckCircle2, Circle, CircleDot, MinusCircle, ShieldCheck, type LucideIcon } from 'lucide-react'
import type { ImageStatus } from '../../domain/records'

interface StatusLook {
  readonly label: string
  /** One or two words, for filter chips. */
  readonly short: string
  readonly icon: LucideIcon
  readonly color: string
}

/** Shape and colour of each state; the shapes alone tell them apart. */
export const STATUS_LOOK: Readonly<Record<ImageStatus, StatusLook>> = {
  unseen: { label: 'Unseen', short: 'Unseen', icon: Circle, color: '#98a2b1' },
  inProgress: { label: 'In progress', short: 'In progress', icon: CircleDot, color: '#f2b134' },
  doneDefects: { label: 'Done – has defects', short: 'With defects', icon: CheckCircle2, color: '#5eb3f4' },
  confirmedClean: { label: 'Done – confirmed clean', short: 'Clean', icon: ShieldCheck, color: '#4cc38a' },
  skipped: { label: 'Skipped', short: 'Skipped', icon: MinusCircle, color: '#b08cc9' },
}

export const STATUSES = Object.keys(STATUS_LOOK) as readonly ImageStatus[]

export function StatusIcon({ status, size = 13 }: { status: ImageStatus; size?: number }) {
  const { icon: Icon, color } = STATUS_LOOK[status]
  return <Icon size={size} color={color} strokeWidth={2.25} aria-hidden />
}
