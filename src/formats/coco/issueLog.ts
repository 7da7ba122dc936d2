import type { ImportIssue } from '../../core/issues'

/** More than a person reads and little enough to hold; what goes beyond is counted. */
const MAX_LISTED = 20_000

/** Collects what was wrong with a file. Every quarantined entry and every change to the data is one line. */
export interface IssueLog {
  readonly error: (path: string, message: string, remedy?: string) => void
  readonly warn: (path: string, message: string, remedy?: string) => void
  readonly list: () => ImportIssue[]
}

export function createIssueLog(): IssueLog {
  const issues: ImportIssue[] = []
  const unlisted = { error: 0, warning: 0 }
  const add = (severity: ImportIssue['severity'], path: string, message: string, remedy: string | null) => {
    if (issues.length < MAX_LISTED) issues.push({ severity, path, message, remedy })
    else unlisted[severity]++
  }
  return {
    error: (path, message, remedy) => add('error', path, message, remedy ?? null),
    warn: (path, message, remedy) => add('warning', path, message, remedy ?? null),
    list: () => {
      const { error, warning } = unlisted
      if (error + warning === 0) return issues
      const message = `${error} more errors and ${warning} more warnings are not listed`
      return [...issues, { severity: error > 0 ? 'error' : 'warning', path: '', message, remedy: null }]
    },
  }
}
