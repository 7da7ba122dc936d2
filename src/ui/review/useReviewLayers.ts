import { useMemo } from 'react'
import type { MaskPatch } from '../../app/app'
import type { Box } from '../../core/geometry'
import type { RecordsView } from '../../domain/live'
import type { ReviewItem } from '../../domain/reviewQueue'
import { usePatch } from '../usePatch'
import { differencePatch, type Difference } from './differencePatch'
import { differenceLayers, maskLayer, type MaskLayer } from './maskLayer'
import type { ReviewView } from './reviewController'

export interface ReviewPicture {
  readonly layers: readonly MaskLayer[]
  /** The box it was made for, if any. */
  readonly promptBoxPx: Box | null
  /** What the view zooms to: the changed pixels, else the mask, else the box. */
  readonly focusPx: Box
  readonly difference: Difference | null
  readonly after: MaskPatch | null
}

/** What is drawn for a queue item in a view; layers are empty while its pixels load. */
export function useReviewLayers(records: RecordsView, item: ReviewItem, view: ReviewView): ReviewPicture {
  const isEmpty = item.mask.isUnresolved
  const after = usePatch(isEmpty ? null : item.mask.id)
  const before = usePatch(item.against?.id ?? null)
  const color = classColor(records, item.mask.classId)
  const promptBoxPx = promptBoxOf(records, item)
  const isLoaded = (isEmpty || after !== null) && (item.against === null || before !== null)

  const difference = useMemo(
    () => (isLoaded ? differencePatch(before, after) : null),
    [isLoaded, before, after],
  )
  const layers = useMemo((): readonly MaskLayer[] => {
    if (!isLoaded || difference === null) return []
    if (view === 'difference') return differenceLayers(difference, color)
    if (view === 'before')
      return before === null ? [] : [maskLayer(before, { color, fill: 'tint', line: 'solid' })]
    return after === null ? [] : [maskLayer(after, { color, fill: 'tint', line: 'dashed' })]
  }, [isLoaded, difference, view, color, before, after])

  return {
    layers,
    promptBoxPx,
    focusPx: difference?.changedPx ?? focusOf(item, promptBoxPx),
    difference,
    after,
  }
}

export function classColor(records: RecordsView, classId: string | null): string {
  const record = classId === null ? undefined : records.get(classId)
  return record?.type === 'class' ? record.color : '#98a2b1'
}

function promptBoxOf(records: RecordsView, item: ReviewItem): Box | null {
  if (item.mask.provenance.kind === 'generated') return item.mask.provenance.promptBoxPx
  const annotation = item.mask.annotationId === null ? undefined : records.get(item.mask.annotationId)
  return annotation?.type === 'annotation' ? annotation.boxPx : null
}

function focusOf(item: ReviewItem, promptBoxPx: Box | null): Box {
  const { boundsPx } = item.mask
  if (boundsPx.width > 0 && boundsPx.height > 0) return boundsPx
  return promptBoxPx ?? { x: 0, y: 0, width: 64, height: 64 }
}
