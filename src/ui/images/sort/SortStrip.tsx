import { Button, NativeSelect, Progress, Switch } from '@mantine/core'
import { CheckCircle2, X } from 'lucide-react'
import { useApp, useRecords, useSession } from '../../AppProvider'
import { gridOrders } from '../gridOrders'
import type { SortController } from './sortController'
import { useSortState } from './useSortController'
import { paceWords } from './verdictWords'

/** How far the sorting is, at what pace, and which images are in the list. */
export function SortStrip({ sorting, shown }: { sorting: SortController; shown: number }) {
  const app = useApp()
  const { records } = useRecords()
  const filter = useSession((state) => state.filter)
  const unsortedOnly = useSortState(sorting, (state) => state.unsortedOnly)
  const progress = app.images.sortProgress()
  const all = records.ofType('image').length
  const done = all - progress.left
  const orders = gridOrders(records, filter.sort)
  const isFiltered = filter.text !== '' || filter.statuses.length > 0 || filter.classId !== null
  return (
    <div className="sort-strip">
      <div className="sort-numbers">
        <Count label="clean" value={progress.clean} />
        <Count label="defective" value={progress.defective} />
        <Count label="skipped" value={progress.skipped} />
        <Count label="left" value={progress.left} strong />
      </div>
      <output className="visually-hidden">
        {progress.clean} clean, {progress.defective} defective, {progress.skipped} skipped, {progress.left}{' '}
        left
      </output>
      <Progress
        className="sort-bar"
        size={4}
        value={all === 0 ? 0 : (done / all) * 100}
        aria-label={`${done} of ${all} sorted`}
      />
      {progress.left === 0 ? (
        <span className="sort-done">
          <CheckCircle2 size={14} color="var(--good)" aria-hidden /> All sorted
        </span>
      ) : (
        <span
          className="num sort-pace"
          title="Active seconds for each image; pauses over 5 s are not counted"
        >
          {paceWords(progress.secondsPerImage, progress.left)}
        </span>
      )}
      {isFiltered && (
        <Button
          variant="default"
          rightSection={<X size={12} />}
          title="Clear the filter of the grid"
          onClick={() =>
            app.session.setState({ filter: { ...filter, text: '', statuses: [], classId: null } })
          }
        >
          Filter: {shown} of {all}
        </Button>
      )}
      <Switch
        label="Unsorted only"
        checked={unsortedOnly}
        onChange={(event) => sorting.setUnsortedOnly(event.currentTarget.checked)}
      />
      <NativeSelect
        aria-label="Sort by"
        value={filter.sort}
        data={[...orders]}
        onChange={(event) =>
          app.session.setState({
            filter: {
              ...filter,
              sort: orders.find((order) => order.value === event.currentTarget.value)?.value ?? 'name',
            },
          })
        }
        w={132}
      />
    </div>
  )
}

function Count({ label, value, strong = false }: { label: string; value: number; strong?: boolean }) {
  return (
    <span className={strong ? 'strong' : undefined}>
      <b>{value.toLocaleString()}</b> {label}
    </span>
  )
}
