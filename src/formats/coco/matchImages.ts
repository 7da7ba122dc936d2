import type { Size } from '../../core/geometry'
import type { ImportIssue } from '../../core/issues'
import type { ImportedDataset } from '../format'
import { groupBy } from '../groupBy'

type NamedImage = { readonly fileName: string } & Size

/** Which entry of a file is which picture of the project. Whatever is not certain is listed, never guessed. */
export interface ImageMatches {
  /** File name as the imported file writes it -> file name in the project. */
  readonly projectFileOf: ReadonlyMap<string, string>
  /** Listed in the file, not in the project. */
  readonly missing: readonly string[]
  /** In the project, not in the file. */
  readonly extra: readonly string[]
  readonly issues: readonly ImportIssue[]
}

/**
 * The ways two names may be one, from strict to loose (product-conventions.md §4): the exact relative path, the unique
 * base name, both again in Unicode's composed form, both again without case. Slashes and percent signs are read first.
 */
const READINGS: readonly ((path: string) => string)[] = [
  (path) => path,
  readPath,
  (path) => baseName(readPath(path)),
  (path) => readPath(path).normalize('NFC'),
  (path) => baseName(readPath(path)).normalize('NFC'),
  (path) => readPath(path).normalize('NFC').toLowerCase(),
  (path) => baseName(readPath(path)).normalize('NFC').toLowerCase(),
]

export function matchImages(
  imported: ImportedDataset['images'],
  project: readonly NamedImage[],
): ImageMatches {
  const issues: ImportIssue[] = []
  const projectFileOf = new Map<string, string>()
  const taken = new Set<string>()
  const ambiguous = new Set<string>()
  for (const reading of READINGS) {
    const theirs = groupBy(imported, (image) => reading(image.fileName))
    const ours = groupBy(project, (image) => reading(image.fileName))
    for (const [key, images] of theirs) {
      const candidates = ours.get(key) ?? []
      const open = images.filter((image) => !projectFileOf.has(image.fileName))
      if (open.length === 0 || candidates.length === 0) continue
      // One name on both sides among all names, not only among those left over: the rest would be a guess.
      if (images.length === 1 && candidates.length === 1 && !taken.has(candidates[0]!.fileName)) {
        projectFileOf.set(images[0]!.fileName, candidates[0]!.fileName)
        taken.add(candidates[0]!.fileName)
      } else for (const image of open) ambiguous.add(image.fileName)
    }
  }
  const sizes = new Map(project.map((image) => [image.fileName, image]))
  for (const [index, image] of imported.entries()) {
    const path = `images[${index}]`
    const fileName = projectFileOf.get(image.fileName)
    if (fileName === undefined) {
      issues.push(unmatched(path, image.fileName, ambiguous.has(image.fileName)))
      continue
    }
    const problem = sizeProblem(path, image, sizes.get(fileName)!)
    if (problem === null) continue
    issues.push(problem)
    projectFileOf.delete(image.fileName)
  }
  const matched = new Set(projectFileOf.values())
  return {
    projectFileOf,
    missing: imported.map((image) => image.fileName).filter((name) => !projectFileOf.has(name)),
    extra: project.map((image) => image.fileName).filter((name) => !matched.has(name)),
    issues,
  }
}

function unmatched(path: string, fileName: string, isAmbiguous: boolean): ImportIssue {
  return isAmbiguous
    ? {
        severity: 'error',
        path,
        message: `${fileName} could be several pictures of the project`,
        remedy: 'Write the folder in `file_name` as the project shows it.',
      }
    : {
        severity: 'error',
        path,
        message: `${fileName} is not among the pictures of the project`,
        remedy: 'Add the picture and import again.',
      }
}

/** Marks that were made on another raster would sit in the wrong place: they wait. */
function sizeProblem(path: string, theirs: NamedImage, ours: NamedImage): ImportIssue | null {
  if (theirs.width === 0 || (theirs.width === ours.width && theirs.height === ours.height)) return null
  const isTurned = theirs.width === ours.height && theirs.height === ours.width
  const sizes = `the file says ${theirs.width} x ${theirs.height}, the picture has ${ours.width} x ${ours.height}`
  return {
    severity: 'error',
    path,
    message: `${theirs.fileName}: ${sizes}`,
    remedy: isTurned
      ? 'The marks were made before the camera rotation (EXIF) was applied. Rotate them or the picture, then import.'
      : 'Use the picture that the marks were made on.',
  }
}

function readPath(path: string): string {
  const plain = decodePercent(path).replaceAll('\\', '/')
  return plain
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/')
}

/** `100%.png` is a name, not a code: what cannot be decoded stays. */
function decodePercent(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch (error) {
    if (error instanceof URIError) return path
    throw error
  }
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
