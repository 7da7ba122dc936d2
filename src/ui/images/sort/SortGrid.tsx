import { useElementSize, useMergedRef } from '@mantine/hooks'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef, type KeyboardEvent, type MouseEvent } from 'react'
import type { OpenedProject } from '../../../app/app'
import type { ClassDef, ImageId } from '../../../domain/records'
import { useObservable, useScreen } from '../../AppProvider'
import { SortCard } from './SortCard'
import type { SortController } from './sortController'

const LEAST_CARD_PX = 150
const GAP_PX = 8
const PADDING_PX = 10
const OVERSCAN_ROWS = 3
/** One line of text under the picture. */
const TEXT_PX = 24

/** The list of images as large thumbnails with their verdicts; only the rows in sight exist. One tab stop. */
export function SortGrid({
  project,
  classes,
  sorting,
  ids,
  current,
}: {
  project: OpenedProject
  classes: readonly ClassDef[]
  sorting: SortController
  ids: readonly ImageId[]
  current: ImageId | null
}) {
  const { tickedImages } = useScreen()
  const ticked = useObservable(tickedImages)
  const { ref: sizeRef, width } = useElementSize<HTMLDivElement>()
  const host = useRef<HTMLDivElement>(null)
  const hostRef = useMergedRef(sizeRef, host)

  const inner = Math.max(0, width - 2 * PADDING_PX)
  const columns = Math.max(1, Math.floor((inner + GAP_PX) / (LEAST_CARD_PX + GAP_PX)))
  const cardWidth = Math.floor((inner - (columns - 1) * GAP_PX) / columns)
  const rowHeight = Math.round(cardWidth * 0.75) + TEXT_PX + GAP_PX
  const virtual = useVirtualizer({
    count: Math.ceil(ids.length / columns),
    getScrollElement: () => host.current,
    estimateSize: () => rowHeight,
    overscan: OVERSCAN_ROWS,
    paddingStart: PADDING_PX,
    paddingEnd: PADDING_PX,
  })
  useEffect(() => virtual.measure(), [virtual, rowHeight])
  const { setColumns } = sorting
  useEffect(() => setColumns(columns), [setColumns, columns])

  const row = current === null ? -1 : Math.floor(ids.indexOf(current) / columns)
  useEffect(() => {
    // In the middle: what comes next is always in sight, and its thumbnails are there.
    if (row >= 0 && width > 0) virtual.scrollToIndex(row, { align: 'center' })
  }, [virtual, row, width])
  // The keys of the view work from anywhere; the list takes the focus so that arrows do not scroll something else.
  useEffect(() => host.current?.focus({ preventScroll: true }), [])

  const onKeyDown = (event: KeyboardEvent): void => {
    const isAll = event.key.toLowerCase() === 'a' && (event.ctrlKey || event.metaKey)
    const isTick = event.key === ' ' && current !== null
    if (!isAll && !isTick) return
    event.preventDefault()
    if (isAll) sorting.tickAll()
    else if (current !== null) sorting.tick(current, { isRange: false, isToggle: true })
  }
  const onClick = (event: MouseEvent): void => {
    const card = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-image]') : null
    if (card === null || !(event.target instanceof Element)) return
    // The attribute was written from an ImageId.
    const id = card.dataset['image'] as ImageId
    const isToggle = event.target.closest('.card-tick') !== null || event.ctrlKey || event.metaKey
    if (isToggle || event.shiftKey) sorting.tick(id, { isRange: event.shiftKey, isToggle })
    else {
      sorting.clearTicks()
      sorting.goTo(id)
    }
  }

  return (
    <div
      ref={hostRef}
      className="sort-grid scroll"
      role="listbox"
      aria-label="Images to sort"
      aria-multiselectable
      aria-activedescendant={current === null ? undefined : `sort-${current}`}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onClick={onClick}
    >
      {ids.length === 0 && <p className="sort-empty mute">No image is left in this list.</p>}
      {width > 0 && (
        <div style={{ height: virtual.getTotalSize(), position: 'relative' }} role="presentation">
          {virtual
            .getVirtualItems()
            .map((item) =>
              ids
                .slice(item.index * columns, (item.index + 1) * columns)
                .map((id, column) => (
                  <SortCard
                    key={id}
                    project={project}
                    classes={classes}
                    imageId={id}
                    left={PADDING_PX + column * (cardWidth + GAP_PX)}
                    top={item.start}
                    width={cardWidth}
                    height={rowHeight - GAP_PX}
                    isTicked={ticked.has(id)}
                    isCurrent={id === current}
                  />
                )),
            )}
        </div>
      )}
    </div>
  )
}
