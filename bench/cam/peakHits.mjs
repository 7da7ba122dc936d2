import { readRle } from '../loop/readRle.mjs'

/** A peak this near the truth has found it. */
export const HIT_PX = 16

/**
 * Share of the defective images whose map has its highest place within HIT_PX of a defective pixel, and how many those
 * images are.
 *
 * @param {ReturnType<import('../loop/dataset.mjs').openDataset>} dataset
 * @param {readonly { fileName: string, peak: [number, number] }[]} images
 */
export function peakHits(dataset, images) {
  const idOf = new Map(dataset.images.map(({ id, file_name }) => [file_name, id]))
  const masksOf = (fileName) => dataset.truth.filter(({ image_id }) => image_id === idOf.get(fileName))
  const defective = images.filter(({ fileName }) => masksOf(fileName).length > 0)
  const hits = defective.filter(({ fileName, peak }) =>
    masksOf(fileName).some(({ segmentation }) => isNear(readRle(segmentation), peak)),
  ).length
  return { share: defective.length === 0 ? null : hits / defective.length, images: defective.length }
}

function isNear({ width, height, columns }, [px, py]) {
  for (let x = Math.max(0, px - HIT_PX); x <= Math.min(width - 1, px + HIT_PX); x++) {
    for (let y = Math.max(0, py - HIT_PX); y <= Math.min(height - 1, py + HIT_PX); y++) {
      if (columns[x * height + y] === 1 && Math.hypot(x - px, y - py) <= HIT_PX) return true
    }
  }
  return false
}
