import type { Box } from '../../core/geometry'

/**
 * A second reader of compressed COCO runs, written apart from `ml/raster` on purpose: the exporter proves its bytes
 * with it. It shares no code and no method with the first: characters are grouped first and folded high to low, and
 * a mask is the ascending list of the indices at which it changes, starting from background.
 */
export function boundariesOfText(text: string): number[] {
  const numbers = text.match(/[P-o]*[0-O]/g) ?? []
  if (numbers.join('') !== text) throw new Error(`not compressed runs: ${text.slice(0, 40)}`)
  const runs: number[] = []
  for (const characters of numbers) {
    const groups = Array.from(characters, (character) => (character.charCodeAt(0) - 48) % 32)
    const isNegative = groups.at(-1)! >= 16
    const folded = groups.reduceRight((sum, group) => sum * 32 + group, 0)
    const signed = isNegative ? folded - 32 ** groups.length : folded
    runs.push(runs.length < 3 ? signed : signed + runs[runs.length - 2]!)
  }
  return cumulate(runs)
}

/** Where a mask given by plain runs changes. */
export function cumulate(runs: Iterable<number>): number[] {
  let index = 0
  return Array.from(runs, (run) => (index += run))
}

/** Pixels that differ between two masks given by their boundaries: where the parity of all changes so far is odd. */
export function differingPixels(a: readonly number[], b: readonly number[]): number {
  const changes = Float64Array.from([...a, ...b]).sort()
  let different = 0
  for (let i = 0; i + 1 < changes.length; i += 2) different += changes[i + 1]! - changes[i]!
  return different
}

/** Area and tight box, column by column. */
export function measure(boundaries: readonly number[], height: number): { areaPx: number; box: Box } {
  const columns = new Set<number>()
  let areaPx = 0
  let top = height
  let bottom = 0
  for (let i = 0; i + 1 < boundaries.length; i += 2) {
    let at = boundaries[i]!
    const end = boundaries[i + 1]!
    areaPx += end - at
    while (at < end) {
      const column = Math.floor(at / height)
      const stop = Math.min(end, (column + 1) * height)
      columns.add(column)
      top = Math.min(top, at - column * height)
      bottom = Math.max(bottom, stop - column * height)
      at = stop
    }
  }
  let left = Infinity
  let right = -1
  for (const column of columns) {
    left = Math.min(left, column)
    right = Math.max(right, column)
  }
  return { areaPx, box: { x: left, y: top, width: right - left + 1, height: bottom - top } }
}
