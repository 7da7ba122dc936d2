import { readdirSync, realpathSync, statSync } from 'node:fs'
import path from 'node:path'

const READABLE = new Set(['.png', '.jpg', '.jpeg', '.bmp', '.webp'])
/** Pictures by their name that nobody can read here yet; anything else in the folder is none of our business. */
const UNREADABLE = new Set(['.tif', '.tiff', '.heic', '.heif', '.gif', '.avif', '.svg', '.raw'])

/**
 * Image files under a folder, its sub-folders included, in a stable order. Names are relative, with forward slashes.
 * Hidden files and folders are left out; a link that leads back into its own path is followed once.
 *
 * @param {string} folder
 * @returns {{ images: { path: string, file: string }[], unreadable: string[] }}
 */
export function listImages(folder) {
  const images = []
  const unreadable = []
  const visited = new Set()
  const walk = (directory, prefix) => {
    const real = realpathSync(directory)
    if (visited.has(real)) return
    visited.add(real)
    for (const name of readdirSync(directory).sort()) {
      if (name.startsWith('.')) continue
      const file = path.join(directory, name)
      // A dangling link has no target to look at.
      const stat = statSync(file, { throwIfNoEntry: false })
      if (stat?.isDirectory()) walk(file, `${prefix}${name}/`)
      else if (stat?.isFile()) {
        const extension = path.extname(name).toLowerCase()
        if (READABLE.has(extension)) images.push({ path: `${prefix}${name}`, file })
        else if (UNREADABLE.has(extension)) unreadable.push(`${prefix}${name}`)
      }
    }
  }
  walk(folder, '')
  return { images, unreadable }
}
