import type { Size } from '../../core/geometry'
import type { Rle } from '../../core/raster'

/** Collects runs of ones in column-major order and hands back a canonical code. */
export interface RunBuilder {
  /** Ones at indices start..end - 1; `start` is not below the end of the run before. Touching runs become one. */
  readonly add: (start: number, end: number) => void
  readonly finish: () => Rle
}

export function createRunBuilder(size: Size): RunBuilder {
  const counts: number[] = []
  let position = 0
  return {
    add: (start, end) => {
      if (end <= start) return
      if (start === position && counts.length > 0) counts[counts.length - 1]! += end - start
      else counts.push(start - position, end - start)
      position = end
    },
    finish: () => {
      const total = size.width * size.height
      if (position < total) counts.push(total - position)
      return { width: size.width, height: size.height, counts: Uint32Array.from(counts) }
    },
  }
}
