import { assert } from '../../core/assert'
import type { Size } from '../../core/geometry'
import type { Rle } from '../../core/raster'

/**
 * The compressed text form of COCO runs (metrics.md §3.4). From the 4th count on, the difference to the count two
 * places before is stored. A number is cut into groups of 5 bits, low first; bit 0x20 says "more follows", bit 0x10 of
 * the last group is the sign; each group is one ASCII character from `0` (48) on.
 */
const BASE = 48
const GROUP = 32
const CONTINUES = 0x20
const NEGATIVE = 0x10
/** 7 groups hold any difference of two 32-bit counts; longer numbers are damage or an attack. */
const MAX_GROUPS = 7

export function rleToString(rle: Rle): string {
  const { counts } = rle
  const codes: number[] = []
  for (let i = 0; i < counts.length; i++) {
    let rest = i > 2 ? counts[i]! - counts[i - 2]! : counts[i]!
    for (;;) {
      const group = ((rest % GROUP) + GROUP) % GROUP
      rest = (rest - group) / GROUP
      const isLast = (group & NEGATIVE) === 0 ? rest === 0 : rest === -1
      codes.push(BASE + (isLast ? group : group | CONTINUES))
      if (isLast) break
    }
  }
  return asciiOf(codes)
}

/** What text may say: the runs, or why it says none. For text from outside. */
export type ReadCounts =
  | { readonly kind: 'counts'; readonly counts: Uint32Array }
  | { readonly kind: 'problem'; readonly problem: string }

/** Reads compressed counts and checks that they fill an image of this size exactly. Never throws. */
export function readRleString(text: string, size: Size): ReadCounts {
  const counts: number[] = []
  let value = 0
  let groups = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i) - BASE
    if (code < 0 || code >= 2 * GROUP) {
      return { kind: 'problem', problem: `character ${i + 1} is not part of a compressed run list` }
    }
    value += (code & (GROUP - 1)) * GROUP ** groups
    groups++
    if (groups > MAX_GROUPS) return { kind: 'problem', problem: `number ${counts.length + 1} is too long` }
    if ((code & CONTINUES) !== 0) continue
    if ((code & NEGATIVE) !== 0) value -= GROUP ** groups
    counts.push(counts.length > 2 ? value + counts[counts.length - 2]! : value)
    value = 0
    groups = 0
  }
  if (groups > 0) return { kind: 'problem', problem: 'the text ends inside a number' }
  const problem = problemWithCounts(counts, size)
  return problem === null
    ? { kind: 'counts', counts: Uint32Array.from(counts) }
    : { kind: 'problem', problem }
}

/** Why a list of runs cannot be a mask of this size, or null. */
export function problemWithCounts(counts: readonly unknown[], size: Size): string | null {
  const pixels = size.width * size.height
  let sum = 0
  for (const [i, count] of counts.entries()) {
    if (typeof count !== 'number' || !Number.isInteger(count) || count < 0) {
      return `run ${i + 1} is not a whole number of pixels: ${String(count)}`
    }
    sum += count
  }
  return sum === pixels
    ? null
    : `the runs hold ${sum} pixels, but height x width is ${size.height} x ${size.width} = ${pixels}`
}

/** Reads text that we wrote ourselves; anything wrong with it is a bug. */
export function rleFromString(text: string, size: Size): Rle {
  const read = readRleString(text, size)
  assert(read.kind === 'counts', `damaged run-length text: ${read.kind === 'problem' ? read.problem : ''}`)
  return { width: size.width, height: size.height, counts: read.counts }
}

function asciiOf(codes: readonly number[]): string {
  // String.fromCharCode takes its characters as arguments, whose number is limited.
  const CHUNK = 8192
  let text = ''
  for (let i = 0; i < codes.length; i += CHUNK) text += String.fromCharCode(...codes.slice(i, i + CHUNK))
  return text
}
