import { ActionIcon, Checkbox, Popover } from '@mantine/core'
import { useVirtualizer } from '@tanstack/react-virtual'
import { ListFilter } from 'lucide-react'
import { useEffect, useRef, type KeyboardEvent } from 'react'
import type { ImageId } from '../../domain/records'
import { useApp, useRecords, useSession } from '../AppProvider'
import { STATUS_LOOK, StatusIcon, STATUSES } from '../controls/StatusIcon'
import { useThumbnail } from '../controls/useThumbnail'

const THUMB_PX = 98
const STEP_PX = 104

/** The images in a row: the one on the canvas framed, each with the sign of its state. Arrows move. */
export function Filmstrip() {
  const app = useApp()
  useRecords()
  const filter = useSession((state) => state.filter)
  const imageId = useSession((state) => state.imageId)
  const ids = app.images.visible()
  const at = imageId === null ? -1 : ids.indexOf(imageId)
  const host = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    horizontal: true,
    count: ids.length,
    getScrollElement: () => host.current,
    estimateSize: () => STEP_PX,
    overscan: 4,
    paddingStart: 8,
    paddingEnd: 8,
  })
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at, { align: 'center' })
  }, [at, virtual])
  const onKeyDown = (event: KeyboardEvent): void => {
    const to =
      event.key === 'ArrowRight'
        ? at + 1
        : event.key === 'ArrowLeft'
          ? at - 1
          : event.key === 'Home'
            ? 0
            : event.key === 'End'
              ? ids.length - 1
              : null
    const id = to === null ? undefined : ids[to]
    if (id === undefined) return
    event.preventDefault()
    app.images.goTo(id)
  }
  const isFiltered = filter.statuses.length > 0 || filter.text !== '' || filter.classId !== null
  return (
    <section className="strip-area" aria-label="Filmstrip">
      <StripFilter isFiltered={isFiltered} count={ids.length} />
      {ids.length === 0 ? (
        <p className="strip-none">
          No images match the filter.{' '}
          <button
            type="button"
            className="link"
            onClick={() =>
              app.session.setState({ filter: { ...filter, statuses: [], text: '', classId: null } })
            }
          >
            Clear filter
          </button>
        </p>
      ) : (
        <div
          ref={host}
          className="strip scroll"
          role="listbox"
          aria-label="Images"
          aria-orientation="horizontal"
          aria-activedescendant={at < 0 ? undefined : `film-${imageId}`}
          tabIndex={0}
          onKeyDown={onKeyDown}
        >
          <div
            style={{ width: virtual.getTotalSize(), position: 'relative', height: '100%' }}
            role="presentation"
          >
            {virtual.getVirtualItems().map((item) => {
              const id = ids[item.index]
              return id === undefined ? null : (
                <FilmThumb
                  key={id}
                  imageId={id}
                  number={item.index + 1}
                  left={item.start}
                  isCurrent={id === imageId}
                />
              )
            })}
          </div>
        </div>
      )}
    </section>
  )
}

function FilmThumb({
  imageId,
  number,
  left,
  isCurrent,
}: {
  imageId: ImageId
  number: number
  left: number
  isCurrent: boolean
}) {
  const app = useApp()
  const { records } = useRecords()
  const url = useThumbnail(imageId)
  const record = records.get(imageId)
  if (record?.type !== 'image') return null
  return (
    // The listbox has the focus and the keys.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      id={`film-${imageId}`}
      className="thumb"
      role="option"
      aria-selected={isCurrent}
      aria-label={`${number}: ${record.fileName}, ${STATUS_LOOK[record.status].label}`}
      title={record.fileName}
      tabIndex={-1}
      style={{ left, width: THUMB_PX }}
      onClick={() => app.images.goTo(imageId)}
    >
      {url !== null && <img src={url} alt="" draggable={false} />}
      <span className="thumb-state">
        <StatusIcon status={record.status} size={12} />
      </span>
      <span className="thumb-number">{String(number).padStart(4, '0')}</span>
    </div>
  )
}

function StripFilter({ isFiltered, count }: { isFiltered: boolean; count: number }) {
  const app = useApp()
  const { records } = useRecords()
  const filter = useSession((state) => state.filter)
  const images = records.ofType('image')
  return (
    <Popover position="top-start" shadow="md" trapFocus>
      <Popover.Target>
        <ActionIcon
          className="strip-filter"
          size={30}
          variant={isFiltered ? 'filled' : 'subtle'}
          color={isFiltered ? 'signal' : 'gray'}
          aria-label={isFiltered ? `Filter is on: ${count} of ${images.length} images` : 'Filter images'}
        >
          <ListFilter size={16} strokeWidth={1.75} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown>
        <div className="strip-filter-menu" role="group" aria-label="Show images that are">
          {STATUSES.map((status) => (
            <Checkbox
              key={status}
              checked={filter.statuses.includes(status)}
              label={
                <span className="status-chip">
                  <StatusIcon status={status} /> {STATUS_LOOK[status].label}
                  <span className="num">{images.filter((image) => image.status === status).length}</span>
                </span>
              }
              onChange={(event) =>
                app.session.setState({
                  filter: {
                    ...filter,
                    statuses: event.currentTarget.checked
                      ? [...filter.statuses, status]
                      : filter.statuses.filter((other) => other !== status),
                  },
                })
              }
            />
          ))}
        </div>
      </Popover.Dropdown>
    </Popover>
  )
}
