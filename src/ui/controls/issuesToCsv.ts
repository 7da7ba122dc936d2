import type { ImportIssue } from '../../core/issues'

/** Comma-separated, quoted where needed (RFC 4180), one header line, CRLF line ends. */
export function issuesToCsv(issues: readonly ImportIssue[]): string {
  const rows = issues.map((issue) => [issue.severity, issue.path, issue.message, issue.remedy ?? ''])
  return [['severity', 'path', 'message', 'remedy'], ...rows]
    .map((row) => row.map(quote).join(','))
    .join('\r\n')
}

// A cell that begins with = + - @ would run as a formula in a spreadsheet; file names come from outside.
function quote(cell: string): string {
  const safe = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
