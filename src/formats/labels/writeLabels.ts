import type { LabelledFile } from './labelledFile'

/**
 * `{file_name: [class, ...]}`, one picture a line, sorted by name so that the same labels give the same bytes.
 * Reads back with `readLabels`.
 */
export function writeLabels(labels: readonly LabelledFile[]): string {
  const sorted = [...labels].sort((a, b) => (a.fileName < b.fileName ? -1 : 1))
  const lines = sorted.map(
    ({ fileName, classes }) =>
      `  ${JSON.stringify(fileName)}: [${classes.map((name) => JSON.stringify(name)).join(', ')}]`,
  )
  return lines.length === 0 ? '{}\n' : `{\n${lines.join(',\n')}\n}\n`
}
