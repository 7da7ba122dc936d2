import type { Size } from '../../core/geometry'
import type { Json, JsonObject } from '../../core/json'
import type { Rle } from '../../core/raster'
import { outlineSteps, rleFromPolygons } from '../../ml/raster/polygon'
import { canonicalise } from '../../ml/raster/rle'
import { problemWithCounts, readRleString } from '../../ml/raster/rleString'
import { isJsonArray, isJsonObject } from '../json/foreignFields'
import { shown } from '../json/shown'

/** `none` is a legal box without a mask; `problem` quarantines the annotation. */
export type ReadSegmentation =
  | { readonly kind: 'none' }
  | { readonly kind: 'mask'; readonly rle: Rle; readonly note: string | null }
  | { readonly kind: 'problem'; readonly problem: string; readonly remedy: string | null }

/** Outlines this long (about 800,000 px) exist only in damaged or hostile files; walking them would take seconds. */
const MAX_OUTLINE_STEPS = 4_000_000
/** How far beyond the border a corner may be before the cut is worth a line in the report. */
const CLIP_TOLERANCE_PX = 0.5

/**
 * Reads the `segmentation` of one annotation into a mask of the image: rings, one flat ring, RLE with a list,
 * compressed text or a printed byte literal (product-conventions.md §4). Never throws, never guesses.
 */
export function readSegmentation(value: Json | undefined, image: Size): ReadSegmentation {
  if (value === undefined || value === null) return { kind: 'none' }
  if (isJsonObject(value)) return readRle(value, image)
  if (!isJsonArray(value)) {
    return problem(`segmentation is ${typeof value}, not rings or RLE`)
  }
  if (value.length === 0) return { kind: 'none' }
  if (value.every((item) => typeof item === 'number')) {
    return readRings([value], image, 'the segmentation was one flat list of numbers; read as one ring')
  }
  return readRings(value, image, null)
}

function problem(text: string, remedy: string | null = null): ReadSegmentation {
  return { kind: 'problem', problem: text, remedy }
}

function readRings(value: readonly Json[], image: Size, flatNote: string | null): ReadSegmentation {
  const rings: number[][] = []
  for (const [i, ring] of value.entries()) {
    if (!isJsonArray(ring)) return problem(`ring ${i + 1} is not a list of numbers`)
    const numbers = ring.filter((item): item is number => typeof item === 'number' && Number.isFinite(item))
    if (numbers.length !== ring.length)
      return problem(`ring ${i + 1} has an entry that is not a finite number`)
    if (numbers.length % 2 !== 0)
      return problem(`ring ${i + 1} has an odd count of numbers, ${numbers.length}`)
    if (numbers.length < 6) {
      return problem(
        `ring ${i + 1} has ${numbers.length / 2} points; a ring needs 3`,
        'COCO writes a ring as [x0, y0, x1, y1, ...], not as a list of points.',
      )
    }
    rings.push(numbers)
  }
  if (outlineSteps(rings) > MAX_OUTLINE_STEPS) {
    return problem('the outline is far longer than the image', 'Check whether the coordinates are pixels.')
  }
  const isClipped = rings.some((ring) =>
    ring.some((number, i) => isOutside(number, i % 2 === 0 ? image.width : image.height)),
  )
  const notes = [flatNote, isClipped ? 'the polygon left the image and was clipped' : null]
  return {
    kind: 'mask',
    rle: rleFromPolygons(rings, image),
    note: notes.filter((note) => note !== null).join('; ') || null,
  }
}

function isOutside(coordinate: number, limit: number): boolean {
  return coordinate < -CLIP_TOLERANCE_PX || coordinate > limit + CLIP_TOLERANCE_PX
}

function readRle(value: JsonObject, image: Size): ReadSegmentation {
  const { size, counts } = value
  if (!isJsonArray(size) || size.length !== 2) return problem('RLE without size [height, width]')
  const [height, width] = size
  if (height !== image.height || width !== image.width) {
    const isSwapped = height === image.width && width === image.height
    return problem(
      `RLE size [${shown(height)}, ${shown(width)}] is not [height, width] = [${image.height}, ${image.width}] of the image`,
      isSwapped ? 'The file has width and height swapped; COCO writes [height, width].' : null,
    )
  }
  if (isJsonArray(counts)) {
    const found = problemWithCounts(counts, image)
    if (found !== null) return problem(found)
    return maskOf(Uint32Array.from(counts as readonly number[]), image, null)
  }
  if (typeof counts !== 'string') return problem('RLE counts are neither a list nor text')
  const literal = /^b(['"])(.*)\1$/s.exec(counts.trim())
  // The alphabet of compressed runs has no quote, so a byte literal cannot be mistaken for runs.
  const text = literal === null ? counts : literal[2]!.replace(/\\(.)/gs, '$1')
  const read = readRleString(text, image)
  if (read.kind === 'problem') return problem(read.problem)
  return maskOf(read.counts, image, literal === null ? null : 'the RLE was a printed byte literal')
}

function maskOf(counts: Uint32Array, image: Size, note: string | null): ReadSegmentation {
  return { kind: 'mask', rle: canonicalise({ width: image.width, height: image.height, counts }), note }
}
