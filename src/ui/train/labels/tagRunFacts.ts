import type { RecordsView } from '../../../domain/live'
import type { PseudoMask, TagRun } from '../../../domain/records'

/** Masks that a tag run made: those nobody has judged, and those somebody has. */
export interface TagRunMasks {
  readonly open: number
  readonly judged: number
  /** Undecided ones that only ask about a clean image. */
  readonly asking: number
}

export function tagRunMasks(records: RecordsView, run: TagRun): TagRunMasks {
  const own = records
    .ofType('mask')
    .filter(({ provenance }) => provenance.kind === 'cam' && provenance.tagRunId === run.id)
  const isOpen = (mask: PseudoMask): boolean => records.decisionsOf(mask.id).length === 0
  const open = own.filter(isOpen)
  const asking = open.filter((mask) => {
    const image = records.get(mask.imageId)
    return image?.type === 'image' && image.status === 'confirmedClean'
  })
  return { open: open.length, judged: own.length - open.length, asking: asking.length }
}

/** Image AP as a person reads it. */
export function apText(value: number | null): string {
  return value === null ? 'n/a' : value.toFixed(2)
}
