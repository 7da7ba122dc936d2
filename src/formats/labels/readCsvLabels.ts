import type { ImportIssue } from '../../core/issues'
import type { LabelledFile, ReadLabels } from './labelledFile'

/** First cells that make a first line a heading. */
const FILE_HEADINGS = ['file', 'file_name', 'filename', 'image', 'path']

/**
 * Reads lines `file,class`; `;` and tabs part cells, too, as spreadsheets write them. An empty class confirms the image
 * as clean. A file on several lines has the classes of all; clean on one and a class on another is a fault. Quotes as
 * in RFC 4180, but no line breaks inside them: no file name has one.
 */
export function readCsvLabels(text: string): ReadLabels {
  const issues: ImportIssue[] = []
  const found = new Map<string, { readonly line: number; readonly classes: Set<string>; isClean: boolean }>()
  const lines = text.split(/\r\n|\r|\n/)
  const separator = separatorOf(lines[0] ?? '')
  if (separator === null) return { labels: [], issues: [notLabels()] }
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue
    const cells = cellsOf(line, separator)
    const [fileName = '', className = ''] = cells
    if (index === 0 && FILE_HEADINGS.includes(fileName.toLowerCase())) continue
    if (cells.length !== 2 || fileName === '') {
      issues.push(fault(index, 'must be a file name and a class'))
      continue
    }
    const entry = found.get(fileName) ?? { line: index, classes: new Set<string>(), isClean: false }
    found.set(fileName, entry)
    if (className === '') entry.isClean = true
    else entry.classes.add(className)
  }
  const labels: LabelledFile[] = []
  for (const [fileName, { line, classes, isClean }] of found) {
    if (isClean && classes.size > 0)
      issues.push(fault(line, `${fileName} is clean here and has a class elsewhere`))
    else labels.push({ fileName, classes: [...classes] })
  }
  return { labels, issues }
}

/** The sign that parts the first line; null when nothing does. */
function separatorOf(line: string): string | null {
  return ['\t', ';', ','].find((sign) => cellsOf(line, sign).length === 2) ?? null
}

function cellsOf(line: string, separator: string): string[] {
  const cells: string[] = []
  let cell = ''
  let isQuoted = false
  for (let at = 0; at < line.length; at++) {
    const sign = line[at]!
    if (sign === '"' && isQuoted && line[at + 1] === '"') {
      cell += '"'
      at++
    } else if (sign === '"') isQuoted = !isQuoted
    else if (sign === separator && !isQuoted) {
      cells.push(cell.trim())
      cell = ''
    } else cell += sign
  }
  return [...cells, cell.trim()]
}

function fault(index: number, message: string): ImportIssue {
  return {
    severity: 'error',
    path: `line ${index + 1}`,
    message,
    remedy: 'Write lines such as "file.png,scratch"; "clean.png," confirms a picture as clean.',
  }
}

function notLabels(): ImportIssue {
  return {
    severity: 'error',
    path: 'line 1',
    message: 'this is neither JSON nor lines of a file name and a class',
    remedy: 'Write {"file.png": ["scratch"], "clean.png": []}, or lines such as "file.png,scratch".',
  }
}
