/** The first folder that all paths share, or null: a good first name for the project. */
export function commonFolder(paths: readonly string[]): string | null {
  const first = paths[0]
  if (first === undefined || !first.includes('/')) return null
  const folder = first.slice(0, first.indexOf('/'))
  return folder !== '' && paths.every((path) => path.startsWith(`${folder}/`)) ? folder : null
}
