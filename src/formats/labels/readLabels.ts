import type { ImportIssue } from '../../core/issues'

export interface LabelledFile {
  readonly fileName: string
  readonly classes: readonly string[]
}

/** Reads `{file_name: [class, …]}`. A faulty entry becomes an issue with its path, the rest goes on. */
export function readLabels(text: string): { labels: LabelledFile[]; issues: ImportIssue[] } {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    return {
      labels: [],
      issues: [
        fault('labels', `is not readable JSON (${error instanceof Error ? error.message : 'syntax error'})`),
      ],
    }
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    return { labels: [], issues: [fault('labels', 'must be an object {file_name: [class, …]}')] }
  }
  const labels: LabelledFile[] = []
  const issues: ImportIssue[] = []
  for (const [fileName, classes] of Object.entries(json)) {
    if (Array.isArray(classes) && classes.every((name) => typeof name === 'string'))
      labels.push({ fileName, classes })
    else issues.push(fault(fileName, 'must be a list of class names; [] means clean'))
  }
  return { labels, issues }
}

function fault(path: string, message: string): ImportIssue {
  return { severity: 'error', path, message, remedy: 'Write {"file.png": [], "other.png": ["scratch"]}.' }
}
