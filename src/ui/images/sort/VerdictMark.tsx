import { MinusCircle, ShieldCheck } from 'lucide-react'
import type { SortedAs } from '../../../domain/imageVerdict'
import type { ClassDef } from '../../../domain/records'
import { STATUS_LOOK } from '../../controls/StatusIcon'
import { colorOf } from '../../useClasses'

/** A verdict as a sign: shield, stroke, or the colours of its classes. The words stand beside it. */
export function VerdictMark({ sorted, classes }: { sorted: SortedAs; classes: readonly ClassDef[] }) {
  if (sorted.kind === 'clean')
    return <ShieldCheck size={13} color={STATUS_LOOK.confirmedClean.color} strokeWidth={2.25} aria-hidden />
  if (sorted.kind === 'skipped')
    return <MinusCircle size={13} color={STATUS_LOOK.skipped.color} strokeWidth={2.25} aria-hidden />
  if (sorted.kind !== 'defective') return null
  const ids = sorted.classIds.length === 0 ? [null] : sorted.classIds
  return (
    <>
      {ids.map((id) => (
        <span key={id} className="swatch" style={{ background: colorOf(classes, id) }} />
      ))}
    </>
  )
}
