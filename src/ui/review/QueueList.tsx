import { useVirtualizer } from '@tanstack/react-virtual'
import { Dices } from 'lucide-react'
import { useEffect, useRef } from 'react'
import type { RecordsView } from '../../domain/live'
import type { ReviewItem } from '../../domain/reviewQueue'
import { CropCanvas } from './CropCanvas'
import { REASON_TEXTS } from './reviewWords'
import { classColor } from './useReviewLayers'

const ROW_PX = 52

/** The queue, most useful first; only the rows in sight exist. One tab stop: the keys of the screen move through it. */
export function QueueList({
  records,
  queue,
  index,
  onChoose,
}: {
  records: RecordsView
  queue: readonly ReviewItem[]
  index: number | null
  onChoose: (key: string) => void
}) {
  const host = useRef<HTMLDivElement>(null)
  // Nothing of it is handed to memoised components.
  // oxlint-disable-next-line react/incompatible-library
  const virtualizer = useVirtualizer({
    count: queue.length,
    getScrollElement: () => host.current,
    estimateSize: () => ROW_PX,
    overscan: 6,
    getItemKey: (at) => queue[at]?.key ?? at,
  })
  useEffect(() => {
    if (index !== null) virtualizer.scrollToIndex(index, { align: 'auto' })
  }, [index, virtualizer])
  const highest = queue.reduce((most, item) => Math.max(most, item.benefit), 1)
  const current = index === null ? undefined : queue[index]

  return (
    <div
      ref={host}
      className="queue scroll"
      // A select cannot hold pictures.
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
      role="listbox"
      aria-label="Queue, most useful first"
      tabIndex={0}
      aria-activedescendant={current === undefined ? undefined : `queue-${current.key}`}
    >
      <div style={{ height: virtualizer.getTotalSize(), position: 'relative' }} role="presentation">
        {virtualizer.getVirtualItems().map((row) => {
          const item = queue[row.index]
          if (item === undefined) return null
          return (
            <QueueRow
              key={row.key}
              records={records}
              item={item}
              top={row.start}
              share={item.benefit / highest}
              position={row.index}
              total={queue.length}
              isCurrent={row.index === index}
              onChoose={() => {
                onChoose(item.key)
                // A focused row would keep Enter for itself; the list leaves it to the decision.
                host.current?.focus()
              }}
            />
          )
        })}
      </div>
    </div>
  )
}

function QueueRow({
  records,
  item,
  top,
  share,
  position,
  total,
  isCurrent,
  onChoose,
}: {
  records: RecordsView
  item: ReviewItem
  top: number
  /** Benefit as a share of the queue's highest, 0..1. */
  share: number
  position: number
  total: number
  isCurrent: boolean
  onChoose: () => void
}) {
  const record = item.mask.classId === null ? undefined : records.get(item.mask.classId)
  const className = record?.type === 'class' ? record.name : 'No class'
  const reason = REASON_TEXTS[item.reason].short
  return (
    // The listbox holds the keys for all of its options.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      id={`queue-${item.key}`}
      className="queue-row"
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- see the listbox
      role="option"
      tabIndex={-1}
      aria-selected={isCurrent}
      aria-posinset={position + 1}
      aria-setsize={total}
      aria-label={`${className}, ${reason}, ${item.mask.areaPx} pixels`}
      style={{ transform: `translateY(${top}px)` }}
      onClick={onChoose}
    >
      <div className="queue-crop">
        <CropCanvas records={records} item={item} view="after" width={42} height={42} />
      </div>
      <div className="queue-text">
        <span className="ellipsis">
          <span className="swatch" style={{ background: classColor(records, item.mask.classId) }} />
          {className}
        </span>
        <span className="ellipsis mute">{reason}</span>
      </div>
      <div className="queue-numbers">
        <span className="num">
          {item.mask.isUnresolved ? '–' : `${item.mask.areaPx.toLocaleString()} px`}
        </span>
        {item.isAudit ? (
          <Dices size={12} aria-label="Random check" color="var(--mute)" />
        ) : (
          <i className="benefit" title={`Expected benefit ${Math.round(item.benefit)}`}>
            <b style={{ width: `${Math.max(4, share * 100)}%` }} />
          </i>
        )}
      </div>
    </div>
  )
}
