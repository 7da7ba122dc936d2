import { existsSync, readdirSync, statSync } from 'node:fs'
import path from 'node:path'

/** What a build is made from. */
const SOURCES = ['src', 'public', 'index.html', 'vite.config.ts', 'package.json', 'package-lock.json']

/**
 * True when there is no build, or when a source is newer than it.
 *
 * @param {string} root the project's folder
 */
export function isBuildStale(root) {
  const built = path.join(root, 'dist', 'index.html')
  if (!existsSync(built)) return true
  const builtAt = statSync(built).mtimeMs
  return SOURCES.some((source) => isNewer(path.join(root, source), builtAt))
}

function isNewer(file, builtAt) {
  if (!existsSync(file)) return false
  const stats = statSync(file)
  // A folder's own time tells of files that were removed from it.
  if (stats.mtimeMs > builtAt) return true
  return stats.isDirectory() && readdirSync(file).some((name) => isNewer(path.join(file, name), builtAt))
}
