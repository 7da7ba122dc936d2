import type { ImportIssue } from '../../core/issues'
import type { Json, JsonObject } from '../../core/json'
import { readJson } from '../json/readJson'
import type { LabelledFile, ReadLabels } from './labelledFile'
import { readCsvLabels } from './readCsvLabels'
import { repeatedKeys } from './repeatedKeys'

const EXAMPLE = 'Write {"file.png": [], "other.png": ["scratch"]}.'

/**
 * Reads image labels: JSON `{file_name: [class, ...]}`, or CSV lines `file,class` (one class a line, several lines for
 * several classes). An empty list, or an empty class, confirms the image as clean. A faulty entry becomes an issue with
 * its path and the rest goes on. A file name that comes twice in JSON is not guessed at: neither entry is taken.
 */
export function readLabels(text: string): ReadLabels {
  const start = text.replace(/^\uFEFF/, '').trimStart()
  const isJson = start === '' || start.startsWith('{') || start.startsWith('[')
  if (!isJson) return readCsvLabels(start)
  const read = readJson(text.replace(/^\uFEFF/, ''))
  if (read.kind === 'fault')
    return { labels: [], issues: [{ ...read.issue, path: read.issue.path || 'labels' }] }
  return readJsonLabels(read.value, text)
}

function readJsonLabels(json: Json, text: string): ReadLabels {
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    return { labels: [], issues: [fault('labels', 'must be an object {file_name: [class, …]}')] }
  // What is neither null nor a list is an object; the narrowing forgets read-only lists.
  const entries = json as JsonObject
  if (Array.isArray(entries['images']) && Array.isArray(entries['annotations'])) {
    const remedy = 'Import it on the Export tab, under "Import annotations".'
    return { labels: [], issues: [{ ...fault('labels', 'this is a COCO file, not a label file'), remedy }] }
  }
  const labels: LabelledFile[] = []
  const issues: ImportIssue[] = []
  const repeated = repeatedKeys(text)
  for (const fileName of repeated) {
    issues.push({
      ...fault(fileName, 'is in the file more than once; none of its entries was taken'),
      remedy: 'Keep one entry for each picture, with all of its classes.',
    })
  }
  for (const [fileName, classes] of Object.entries(entries)) {
    if (repeated.has(fileName)) continue
    const names = Array.isArray(classes) ? classes : null
    if (names === null || !names.every((name) => typeof name === 'string')) {
      issues.push(fault(fileName, 'must be a list of class names; [] means clean'))
      continue
    }
    const clean = [...new Set(names.map((name) => name.trim()))]
    const unnamed = clean.indexOf('')
    if (unnamed >= 0) issues.push(fault(`${fileName}[${unnamed}]`, 'must be a class name, not an empty text'))
    else labels.push({ fileName, classes: clean })
  }
  return { labels, issues }
}

function fault(path: string, message: string): ImportIssue {
  return { severity: 'error', path, message, remedy: EXAMPLE }
}
