import type { RunMakeup } from '../../../app/training/compareRuns'
import type { RecordsView } from '../../../domain/live'
import type { ImageId } from '../../../domain/records'

/** More names than anybody reads. */
const MOST_NAMES = 6

/** What the runs learned from, as it was when each began, and what came and went from A to B. */
export function DataTable({ data, records }: { data: RunMakeup['data']; records: RecordsView }) {
  return (
    <section aria-label="Training data">
      <div className="plot-title">
        <h3>Training data</h3>
        <span className="grow" />
        <span className="num">A → B</span>
      </div>
      {data === null ? (
        <p className="mute">The snapshot of one of the runs is not in this project.</p>
      ) : (
        <>
          <table className="table compare-table">
            <thead>
              <tr>
                <th scope="col">Data</th>
                <th scope="col" className="num">
                  A
                </th>
                <th scope="col" className="num">
                  B
                </th>
                <th scope="col" className="num">
                  added
                </th>
                <th scope="col" className="num">
                  removed
                </th>
              </tr>
            </thead>
            <tbody>
              {data.rows.map((row) => (
                <tr key={row.id}>
                  <th scope="row">{row.label}</th>
                  <td className="num">{row.a}</td>
                  <td className="num">{row.b}</td>
                  <td className="num" data-none={row.added === 0 || undefined}>
                    {row.added === 0 ? '0' : `+${row.added}`}
                  </td>
                  <td className="num" data-none={row.removed === 0 || undefined}>
                    {row.removed === 0 ? '0' : `−${row.removed}`}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          <Names title="Images added" ids={data.addedImages} records={records} />
          <Names title="Images removed" ids={data.removedImages} records={records} />
        </>
      )}
    </section>
  )
}

function Names({ title, ids, records }: { title: string; ids: readonly ImageId[]; records: RecordsView }) {
  if (ids.length === 0) return null
  const names = ids.slice(0, MOST_NAMES).map((id) => {
    const image = records.get(id)
    return image?.type === 'image'
      ? image.fileName.slice(image.fileName.lastIndexOf('/') + 1)
      : 'a deleted image'
  })
  const rest = ids.length - names.length
  return (
    <p className="mute compare-names">
      {title}: {names.join(', ')}
      {rest > 0 && ` and ${rest} more`}
    </p>
  )
}
