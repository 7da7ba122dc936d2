import { Button, Kbd } from '@mantine/core'
import { useElementSize, useMergedRef } from '@mantine/hooks'
import { X } from 'lucide-react'
import { useLayoutEffect, useRef } from 'react'
import type { RecordsView } from '../../domain/live'
import type { ReviewItem } from '../../domain/reviewQueue'
import { CropCanvas } from './CropCanvas'
import { gridShape, remaining } from './gridPage'
import { ReasonFilter } from './ReasonFilter'
import { canAccept, type ReviewController } from './reviewController'
import { REASON_TEXTS } from './reviewWords'
import { useReviewState } from './useReviewController'
import { classColor } from './useReviewLayers'

const GAP_PX = 8
const CAPTION_PX = 22
const PADDING_PX = 12

/** A page of thumbnails: what is wrong is taken off with X, the rest is accepted in one step. */
export function GridView({
  records,
  queue,
  waiting,
  review,
  isReadOnly,
}: {
  records: RecordsView
  /** What is shown, of all that is `waiting`. */
  queue: readonly ReviewItem[]
  waiting: readonly ReviewItem[]
  review: ReviewController
  isReadOnly: boolean
}) {
  const { ref, width, height } = useElementSize<HTMLDivElement>()
  const cells = useRef<HTMLDivElement>(null)
  const host = useMergedRef(ref, cells)
  const page = useReviewState(review, (state) => state.page)
  const area = { width: width - 2 * PADDING_PX, height: height - 2 * PADDING_PX }
  const { columns, rows, cellPx: cell } = gridShape(area, { gapPx: GAP_PX, captionPx: CAPTION_PX })

  useLayoutEffect(() => {
    if (width > 0 && height > 0) review.setPageShape(columns, columns * rows)
  }, [review, columns, rows, width, height])

  const byKey = new Map(queue.map((item) => [item.key, item]))
  const acceptable = remaining(page).filter((key) => {
    const item = byKey.get(key)
    return item !== undefined && canAccept(item)
  }).length
  const focusedKey = page.keys[page.focus]
  return (
    <div className="grid-view">
      <div className="grid-head">
        <span>
          {page.keys.length} of {queue.length.toLocaleString()}
          {page.takenOff.size > 0 && `, ${page.takenOff.size} taken off`}
        </span>
        <ReasonFilter waiting={waiting} review={review} />
        <span className="grow" />
        <Button
          disabled={isReadOnly || acceptable === 0}
          rightSection={<Kbd>Shift Enter</Kbd>}
          onMouseDown={(event) => event.preventDefault()}
          onClick={review.acceptPage}
        >
          Accept {acceptable} on this page
        </Button>
      </div>
      <div
        ref={host}
        className="grid-cells"
        // A select cannot hold pictures.
        // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
        role="listbox"
        aria-label="Page of masks"
        aria-multiselectable
        tabIndex={0}
        aria-activedescendant={focusedKey === undefined ? undefined : `grid-${focusedKey}`}
        style={{ gridTemplateColumns: `repeat(${columns}, ${cell}px)`, gap: GAP_PX, padding: PADDING_PX }}
      >
        {width > 0 &&
          page.keys.map((key, i) => {
            const item = byKey.get(key)
            if (item === undefined) return null
            return (
              <GridCell
                key={key}
                records={records}
                item={item}
                size={cell}
                isFocused={i === page.focus}
                isOff={page.takenOff.has(key)}
                onFocus={() => {
                  review.focusInGrid(i)
                  // A focused cell would keep Enter for itself; the list leaves it to the decision.
                  cells.current?.focus()
                }}
                onToggle={() => {
                  review.focusInGrid(i)
                  review.takeOff()
                }}
              />
            )
          })}
      </div>
    </div>
  )
}

function GridCell({
  records,
  item,
  size,
  isFocused,
  isOff,
  onFocus,
  onToggle,
}: {
  records: RecordsView
  item: ReviewItem
  size: number
  isFocused: boolean
  isOff: boolean
  onFocus: () => void
  onToggle: () => void
}) {
  const record = item.mask.classId === null ? undefined : records.get(item.mask.classId)
  const className = record?.type === 'class' ? record.name : 'No class'
  const isOut = isOff || !canAccept(item)
  return (
    // The listbox holds the keys for all of its options.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      id={`grid-${item.key}`}
      className="grid-cell"
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- see the listbox
      role="option"
      tabIndex={-1}
      aria-selected={!isOut}
      aria-label={`${className}, ${REASON_TEXTS[item.reason].short}${isOff ? ', taken off the page' : ''}`}
      data-focus={isFocused || undefined}
      data-off={isOut || undefined}
      onClick={onFocus}
      onDoubleClick={onToggle}
    >
      <CropCanvas
        records={records}
        item={item}
        view={item.against === null ? 'after' : 'difference'}
        width={size}
        height={size}
      />
      {isOut && (
        <span className="grid-off">
          <X size={14} aria-hidden /> {isOff ? 'taken off' : 'nothing found'}
        </span>
      )}
      <span className="grid-caption">
        <span className="swatch" style={{ background: classColor(records, item.mask.classId) }} />
        <span className="ellipsis">{className}</span>
        <span className="grow" />
        <span className="num">{item.mask.areaPx.toLocaleString()}</span>
      </span>
    </div>
  )
}
