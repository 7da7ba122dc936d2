/** One mask as the test reads it: 0 or 1 per pixel, row by row. */
export interface ReadMask {
  readonly width: number
  readonly height: number
  readonly rows: Uint8Array
}

/**
 * Compressed COCO run lengths -> pixels. Written from the format's description for the tests alone; it shares no line
 * with the application, whose export it checks.
 *
 * Every character carries six bits above 48: the low five are a digit, the sixth says that another digit follows; the
 * number is two's complement. From the third run on, a run is stored as the difference to the one two before it.
 */
export function readRle(size: readonly [number, number], counts: string): ReadMask {
  const [height, width] = size
  const runs: number[] = []
  let position = 0
  while (position < counts.length) {
    let bits = 0
    let value = 0n
    for (;;) {
      const sextet = counts.charCodeAt(position++) - 48
      if (sextet < 0 || sextet > 63) throw new Error(`"${counts[position - 1]}" is no run-length character`)
      value |= BigInt(sextet & 31) << BigInt(bits)
      bits += 5
      if ((sextet & 32) === 0) {
        if ((sextet & 16) !== 0) value -= 1n << BigInt(bits)
        break
      }
    }
    const run = Number(value) + (runs.length >= 3 ? runs[runs.length - 2]! : 0)
    if (run < 0) throw new Error(`run ${runs.length} is negative`)
    runs.push(run)
  }
  const rows = new Uint8Array(width * height)
  let index = 0
  for (const [i, run] of runs.entries()) {
    for (let k = 0; k < run; k++, index++) {
      if (i % 2 === 1) rows[(index % height) * width + Math.floor(index / height)] = 1
    }
  }
  if (index !== width * height) throw new Error(`runs cover ${index} of ${width * height} pixels`)
  return { width, height, rows }
}

export function areaOf({ rows }: ReadMask): number {
  return rows.reduce((sum, pixel) => sum + pixel, 0)
}

/** Tight box as [x, y, width, height]; null for an empty mask. */
export function boundsOf({ width, rows }: ReadMask): [number, number, number, number] | null {
  let left = Infinity
  let top = Infinity
  let right = -Infinity
  let bottom = -Infinity
  for (const [i, pixel] of rows.entries()) {
    if (pixel === 0) continue
    const x = i % width
    const y = Math.floor(i / width)
    left = Math.min(left, x)
    right = Math.max(right, x)
    top = Math.min(top, y)
    bottom = Math.max(bottom, y)
  }
  return right < 0 ? null : [left, top, right - left + 1, bottom - top + 1]
}
