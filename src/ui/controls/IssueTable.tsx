import { Button } from '@mantine/core'
import { useClipboard } from '@mantine/hooks'
import { AlertTriangle, Check, Copy, XCircle } from 'lucide-react'
import type { ImportIssue } from '../../core/issues'
import { issuesToCsv } from './issuesToCsv'

// Beyond this many rows a person reads the CSV; the count above the table is always complete.
const ROWS_SHOWN = 200

/** Every fault of a user's file: severity, where, what, and what to do. Copies as CSV for a spreadsheet. */
export function IssueTable({
  issues,
  maxHeight = 280,
}: {
  issues: readonly ImportIssue[]
  maxHeight?: number
}) {
  const clipboard = useClipboard({ timeout: 1500 })
  if (issues.length === 0) return null
  const errors = issues.filter((issue) => issue.severity === 'error').length
  return (
    <div>
      <div style={{ display: 'flex', alignItems: 'center', gap: 12, marginBottom: 6 }}>
        <span className="num">
          {errors} {errors === 1 ? 'error' : 'errors'}, {issues.length - errors}{' '}
          {issues.length - errors === 1 ? 'warning' : 'warnings'}
        </span>
        <span className="grow" />
        <Button
          variant="default"
          size="compact-xs"
          leftSection={clipboard.copied ? <Check size={12} /> : <Copy size={12} />}
          onClick={() => clipboard.copy(issuesToCsv(issues))}
        >
          {clipboard.copied ? 'Copied' : 'Copy as CSV'}
        </Button>
      </div>
      <section
        className="scroll"
        style={{ maxHeight, overflow: 'auto', border: '1px solid var(--line)', borderRadius: 3 }}
        // A region that scrolls must be reachable by keyboard.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        aria-label="Issues"
      >
        <table className="table">
          <thead>
            <tr>
              <th style={{ width: 84 }}>Severity</th>
              <th>Where</th>
              <th>What</th>
              <th>Remedy</th>
            </tr>
          </thead>
          <tbody>
            {issues.slice(0, ROWS_SHOWN).map((issue, i) => (
              <tr key={`${issue.path}:${i}`}>
                <td style={{ whiteSpace: 'nowrap' }}>
                  <SeverityIcon severity={issue.severity} /> {issue.severity}
                </td>
                <td style={{ fontFamily: 'var(--mono)', fontSize: 11 }}>{issue.path}</td>
                <td>{issue.message}</td>
                <td className="mute">{issue.remedy ?? '–'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {issues.length > ROWS_SHOWN && (
        <p className="mute" style={{ margin: '6px 0 0' }}>
          The first {ROWS_SHOWN} of {issues.length} are shown; the CSV holds all.
        </p>
      )}
    </div>
  )
}

function SeverityIcon({ severity }: { severity: ImportIssue['severity'] }) {
  const style = { verticalAlign: -2 }
  return severity === 'error' ? (
    <XCircle size={13} color="var(--bad)" style={style} aria-hidden />
  ) : (
    <AlertTriangle size={13} color="var(--warn)" style={style} aria-hidden />
  )
}
