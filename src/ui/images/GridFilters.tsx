import { CloseButton, NativeSelect, TextInput } from '@mantine/core'
import { Search } from 'lucide-react'
import type { ImageFilter } from '../../app/sessionStore'
import type { ImageRecord } from '../../domain/records'
import { useApp, useOpenProject, useSession } from '../AppProvider'
import { STATUS_LOOK, StatusIcon, STATUSES } from '../controls/StatusIcon'
import { useClasses } from '../useClasses'
import { gridOrders } from './gridOrders'

/** Which images are shown, and in which order: one chip a state with its count, text, class, sort. */
export function GridFilters({ images, shown }: { images: readonly ImageRecord[]; shown: number }) {
  const app = useApp()
  const filter = useSession((state) => state.filter)
  const classes = useClasses()
  const orders = gridOrders(useOpenProject().records, filter.sort)
  const set = (change: Partial<ImageFilter>): void =>
    app.session.setState({ filter: { ...filter, ...change } })
  return (
    <div className="grid-filters">
      <TextInput
        aria-label="Search file names"
        placeholder="Search file names"
        leftSection={<Search size={13} />}
        rightSection={
          filter.text === '' ? null : (
            <CloseButton size="xs" aria-label="Clear the search" onClick={() => set({ text: '' })} />
          )
        }
        value={filter.text}
        onChange={(event) => set({ text: event.currentTarget.value })}
        w={190}
      />
      <div className="grid-states" role="group" aria-label="Filter by state">
        <button
          type="button"
          className="grid-state"
          aria-pressed={filter.statuses.length === 0}
          onClick={() => set({ statuses: [] })}
        >
          All <span className="num">{images.length}</span>
        </button>
        {STATUSES.map((status) => {
          const isOn = filter.statuses.includes(status)
          return (
            <button
              key={status}
              type="button"
              className="grid-state"
              aria-pressed={isOn}
              onClick={() =>
                set({
                  statuses: isOn
                    ? filter.statuses.filter((other) => other !== status)
                    : [...filter.statuses, status],
                })
              }
            >
              <StatusIcon status={status} />
              {STATUS_LOOK[status].short}
              <span className="num">{images.filter((image) => image.status === status).length}</span>
            </button>
          )
        })}
      </div>
      <span className="grow" />
      {shown !== images.length && <span className="num">{shown} shown</span>}
      <NativeSelect
        aria-label="Filter by class"
        value={filter.classId ?? ''}
        data={[
          { value: '', label: 'Any class' },
          ...classes.map((one) => ({ value: one.id, label: one.name })),
        ]}
        onChange={(event) =>
          set({ classId: classes.find((one) => one.id === event.currentTarget.value)?.id ?? null })
        }
        w={116}
      />
      <NativeSelect
        aria-label="Sort by"
        value={filter.sort}
        data={[...orders]}
        onChange={(event) =>
          set({ sort: orders.find((sort) => sort.value === event.currentTarget.value)?.value ?? 'name' })
        }
        w={112}
      />
    </div>
  )
}
