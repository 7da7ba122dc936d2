import { Check, Minus } from 'lucide-react'
import type { ExportScope } from '../../domain/exportScope'
import { leftOutRows, outgoingRows, type ScopeRow } from './scopeRows'

/** What goes out and what stays behind, with the reason, before anything is written. */
export function ScopeTable({ scope }: { scope: ExportScope }) {
  const left = leftOutRows(scope)
  return (
    <div className="scope">
      <div>
        <h3>
          <Check size={13} color="var(--good)" aria-hidden /> Goes out
        </h3>
        <Rows rows={outgoingRows(scope)} />
      </div>
      <div>
        <h3>
          <Minus size={13} color="var(--mute)" aria-hidden /> Stays behind
        </h3>
        {left.length === 0 ? <p className="mute">Nothing.</p> : <Rows rows={left} />}
      </div>
    </div>
  )
}

function Rows({ rows }: { rows: readonly ScopeRow[] }) {
  return (
    <dl>
      {rows.map((row) => (
        <div key={row.id}>
          <dt>
            {row.label}
            {row.why !== null && <span className="mute"> – {row.why}</span>}
          </dt>
          <dd className="num">{row.count.toLocaleString()}</dd>
        </div>
      ))}
    </dl>
  )
}
