import { IGNORE, type LabelMap } from '../../core/raster'
import type { ClassDef } from '../../domain/records'
import { rleArea } from '../../ml/raster/rle'
import type { ExportObject } from '../format'
import { cumulate } from '../coco/secondDecoder'

/**
 * Pixels of a class map that contradict the project. Works the other way round than the writer: from the top down, each
 * pixel keeps what is said first, straight from the runs. Pixels that only a box without a mask covers must be 255 or 0
 * at its rim (a box of fractions has no exact pixels).
 */
export function contradictingPixels(
  written: LabelMap,
  objects: readonly ExportObject[],
  classes: readonly ClassDef[],
): number {
  const { width, height } = written
  const isSettled = new Uint8Array(width * height)
  let wrong = 0
  const settle = (runs: Iterable<number>, label: number) => {
    const boundaries = cumulate(runs)
    for (let i = 0; i + 1 < boundaries.length; i += 2) {
      for (let at = boundaries[i]!; at < boundaries[i + 1]!; at++) {
        const p = (at % height) * width + Math.floor(at / height)
        if (isSettled[p] === 1) continue
        isSettled[p] = 1
        if (written.data[p] !== label) wrong++
      }
    }
  }
  for (const { kind, rle } of objects) if (kind === 'ignore' && rle !== null) settle(rle.counts, IGNORE)
  const smallestFirst = objects
    .flatMap((object, order) =>
      object.kind === 'mask' && object.rle !== null ? [{ object, rle: object.rle, order }] : [],
    )
    .sort((a, b) => rleArea(a.rle) - rleArea(b.rle) || b.order - a.order)
  for (const { object, rle } of smallestFirst) {
    settle(rle.counts, 1 + classes.findIndex(({ id }) => id === object.classId))
  }
  const boxes = objects.flatMap(({ kind, box }) => (kind === 'boxOnly' && box !== null ? [box.boxPx] : []))
  for (let p = 0; p < isSettled.length; p++) {
    if (isSettled[p] === 1 || written.data[p] === 0) continue
    const x = p % width
    const y = Math.floor(p / width)
    const touchesBox = boxes.some(
      (box) => x + 1 > box.x && y + 1 > box.y && x < box.x + box.width && y < box.y + box.height,
    )
    if (written.data[p] !== IGNORE || !touchesBox) wrong++
  }
  return wrong
}
