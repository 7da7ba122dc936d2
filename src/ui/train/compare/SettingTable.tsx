import { ChevronRight } from 'lucide-react'
import type { RunMakeup } from '../../../app/training/compareRuns'

type Row = RunMakeup['settings'][number]

/** The settings that differ; the equal ones are folded away. */
export function SettingTable({ rows }: { rows: readonly Row[] }) {
  const equal = rows.filter((row) => row.isEqual)
  const different = rows.filter((row) => !row.isEqual)
  return (
    <section aria-label="Settings">
      <div className="plot-title">
        <h3>Settings that differ</h3>
        <span className="grow" />
        <span className="num">
          {different.length} of {rows.length}
        </span>
      </div>
      {different.length === 0 ? (
        <p className="mute">Both runs have the same settings: what differs is their data, or chance.</p>
      ) : (
        <Rows rows={different} />
      )}
      {equal.length > 0 && (
        <details className="fold">
          <summary>
            <ChevronRight size={13} aria-hidden /> Equal in both
            <span className="num" style={{ marginLeft: 'auto' }}>
              {equal.length}
            </span>
          </summary>
          <Rows rows={equal} />
        </details>
      )}
    </section>
  )
}

function Rows({ rows }: { rows: readonly Row[] }) {
  return (
    <table className="table compare-table">
      <thead>
        <tr>
          <th scope="col">Setting</th>
          <th scope="col" className="num">
            A
          </th>
          <th scope="col" className="num">
            B
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.id}>
            <th scope="row">{row.label}</th>
            <td className="num">{row.a ?? '–'}</td>
            <td className="num">{row.b ?? '–'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
