import { Loader, Tooltip } from '@mantine/core'
import { Ban, CircleDashed, CircleCheck, CircleHelp, SearchX, Sparkles, type LucideIcon } from 'lucide-react'
import type { ObjectState } from '../canvas/imageObjects'
import { STATE_WORDS } from './objectWords'

const ICONS: Readonly<Record<ObjectState, { readonly icon: LucideIcon; readonly color: string }>> = {
  accepted: { icon: CircleCheck, color: 'var(--good)' },
  proposed: { icon: CircleDashed, color: '#93cdf9' },
  draft: { icon: Sparkles, color: '#c9a7f5' },
  unresolved: { icon: SearchX, color: 'var(--warn)' },
  boxOnly: { icon: CircleHelp, color: 'var(--mute)' },
  ignore: { icon: Ban, color: 'var(--mute)' },
}

/** How far an object is, by shape and colour; the words are in the tooltip and in the row's name. */
export function ObjectStateIcon({ state, isPending }: { state: ObjectState; isPending: boolean }) {
  if (isPending) return <Loader size={13} role="status" aria-label="Making a mask" />
  const { icon: Icon, color } = ICONS[state]
  return (
    <Tooltip label={STATE_WORDS[state]} position="left">
      <Icon size={14} color={color} strokeWidth={2} aria-hidden />
    </Tooltip>
  )
}
