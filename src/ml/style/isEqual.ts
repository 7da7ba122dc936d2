import type { BinaryMask } from '../../core/raster'

/** The same pixels in a raster of the same size. */
export function isEqual(a: BinaryMask, b: BinaryMask): boolean {
  return a.width === b.width && a.data.length === b.data.length && a.data.every((bit, p) => bit === b.data[p])
}
