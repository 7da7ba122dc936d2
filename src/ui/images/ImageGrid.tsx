import { useElementSize, useMergedRef } from '@mantine/hooks'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef, useState, type KeyboardEvent, type MouseEvent } from 'react'
import type { ImageId } from '../../domain/records'
import { useApp, useObservable, useOpenProject, useScreen } from '../AppProvider'
import { useClasses } from '../useClasses'
import { keepListed, moveFocus, pickImage, type GridSelection } from './gridSelection'
import { ImageCard } from './ImageCard'

const LEAST_CARD_PX = 168
const GAP_PX = 10
const PADDING_PX = 14
const OVERSCAN_ROWS = 2
/** Picture 4 : 3 and two lines of text. */
const TEXT_PX = 46

/** All images that pass the filter. Arrows move, Space ticks, Enter opens; only visible rows exist. */
export function ImageGrid({ ids }: { ids: readonly ImageId[] }) {
  const app = useApp()
  const project = useOpenProject()
  const classes = useClasses()
  const { tickedImages } = useScreen()
  const ticked = useObservable(tickedImages)
  const [place, setPlace] = useState<Omit<GridSelection, 'ticked'>>({ focus: null, anchor: null })
  const selection: GridSelection = { ...place, ticked }
  const { ref: sizeRef, width, height } = useElementSize<HTMLDivElement>()
  const host = useRef<HTMLDivElement>(null)
  const hostRef = useMergedRef(sizeRef, host)

  const inner = Math.max(0, width - 2 * PADDING_PX)
  const columns = Math.max(1, Math.floor((inner + GAP_PX) / (LEAST_CARD_PX + GAP_PX)))
  const cardWidth = Math.floor((inner - (columns - 1) * GAP_PX) / columns)
  const rowHeight = Math.round(cardWidth * 0.75) + TEXT_PX + GAP_PX
  // Rows take turns in so many slots: a card that scrolls out becomes one that scrolls in, and nothing is built anew.
  const slots = Math.ceil(height / rowHeight) + 1 + 2 * OVERSCAN_ROWS
  const virtual = useVirtualizer({
    count: Math.ceil(ids.length / columns),
    getScrollElement: () => host.current,
    estimateSize: () => rowHeight,
    overscan: OVERSCAN_ROWS,
    paddingStart: PADDING_PX,
    paddingEnd: PADDING_PX,
  })
  useEffect(() => virtual.measure(), [virtual, rowHeight])

  const apply = (next: GridSelection): void => {
    setPlace({ focus: next.focus, anchor: next.anchor })
    tickedImages.set(next.ticked)
  }
  useEffect(() => {
    const kept = keepListed(ids, { focus: null, anchor: null, ticked: tickedImages.get() })
    tickedImages.set(kept.ticked)
  }, [ids, tickedImages])

  const open = (id: ImageId): void => {
    app.images.goTo(id)
    app.session.setState({ stage: 'annotate' })
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const steps: Readonly<Record<string, number>> = {
      ArrowRight: 1,
      ArrowLeft: -1,
      ArrowDown: columns,
      ArrowUp: -columns,
      PageDown: columns * 3,
      PageUp: -columns * 3,
      Home: -ids.length,
      End: ids.length,
    }
    const by = steps[event.key]
    if (by !== undefined) {
      event.preventDefault()
      const next = moveFocus(ids, selection, by, event.shiftKey)
      apply(next)
      const at = next.focus === null ? -1 : ids.indexOf(next.focus)
      if (at >= 0) virtual.scrollToIndex(Math.floor(at / columns), { align: 'auto' })
    } else if (event.key === ' ' && place.focus !== null) {
      event.preventDefault()
      apply(pickImage(ids, selection, place.focus, { isRange: false, isToggle: true }))
    } else if (event.key === 'Enter' && place.focus !== null && !event.ctrlKey && !event.metaKey) {
      event.preventDefault()
      open(place.focus)
    } else if (event.key.toLowerCase() === 'a' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      apply({ ...selection, ticked: new Set(ids) })
    } else if (event.key === 'Escape') apply({ ...selection, ticked: new Set() })
  }
  // The grid listens for its cards: a card whose handlers were new at each scroll step would be drawn again each time.
  const onClick = (event: MouseEvent): void => {
    const id = cardUnder(event)
    if (id === null) return
    const isCheckbox = event.target instanceof Element && event.target.closest('.card-tick') !== null
    apply(
      pickImage(ids, selection, id, {
        isRange: event.shiftKey,
        isToggle: isCheckbox || event.ctrlKey || event.metaKey,
      }),
    )
  }
  const onDoubleClick = (event: MouseEvent): void => {
    const id = cardUnder(event)
    if (id !== null) open(id)
  }

  return (
    <div
      ref={hostRef}
      className="image-grid scroll"
      role="listbox"
      aria-label="Images"
      aria-multiselectable
      aria-activedescendant={place.focus === null ? undefined : `card-${place.focus}`}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onClick={onClick}
      onDoubleClick={onDoubleClick}
    >
      {width > 0 && (
        <div style={{ height: virtual.getTotalSize(), position: 'relative' }} role="presentation">
          {virtual
            .getVirtualItems()
            .map((row) =>
              ids
                .slice(row.index * columns, (row.index + 1) * columns)
                .map((id, column) => (
                  <ImageCard
                    key={`${row.index % slots}:${column}`}
                    project={project}
                    classes={classes}
                    imageId={id}
                    left={PADDING_PX + column * (cardWidth + GAP_PX)}
                    top={row.start}
                    width={cardWidth}
                    height={rowHeight - GAP_PX}
                    isTicked={ticked.has(id)}
                    hasFocus={place.focus === id}
                  />
                )),
            )}
        </div>
      )}
    </div>
  )
}

function cardUnder(event: MouseEvent): ImageId | null {
  const card = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-image]') : null
  // The attribute was written from an ImageId.
  return (card?.dataset.image ?? null) as ImageId | null
}
