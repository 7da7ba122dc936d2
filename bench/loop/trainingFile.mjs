import { cocoOf } from './dataset.mjs'

/**
 * What the student is trained on: the train split's images with a generator's masks (or the true ones). A box that its
 * generator could not resolve becomes an ignore region (`iscrowd: 1`), so that another generator is not asked for it.
 *
 * @param {ReturnType<import('./dataset.mjs').openDataset>} dataset
 * @param {readonly any[]} annotations with masks
 */
export function trainingFile(dataset, annotations) {
  const images = dataset.images.filter((image) => dataset.splitOf(image) === 'train')
  const sizeOf = new Map(images.map((image) => [image.id, image]))
  const file = cocoOf(dataset, images, annotations)
  return {
    ...file,
    annotations: file.annotations.map((annotation) =>
      annotation.segmentation.counts === undefined
        ? {
            ...annotation,
            iscrowd: 1,
            segmentation: boxRle(annotation.bbox, sizeOf.get(annotation.image_id)),
            attributes: undefined,
          }
        : annotation,
    ),
  }
}

/** `{file_name: []}` for the train split's images that have no defect. */
export function cleanLabels(dataset) {
  const marked = new Set(dataset.truth.map((annotation) => annotation.image_id))
  const clean = dataset.images.filter((image) => dataset.splitOf(image) === 'train' && !marked.has(image.id))
  return Object.fromEntries(clean.map((image) => [image.file_name, []]))
}

/** A filled box as uncompressed runs down the columns; fractions of a pixel count as covered. */
export function boxRle([x, y, width, height], image) {
  const left = Math.max(0, Math.floor(x))
  const top = Math.max(0, Math.floor(y))
  const right = Math.min(image.width, Math.ceil(x + width))
  const bottom = Math.min(image.height, Math.ceil(y + height))
  const counts = []
  let gap = left * image.height + top
  for (let column = left; column < right; column++) {
    counts.push(gap, bottom - top)
    gap = image.height - (bottom - top)
  }
  const covered = counts.reduce((sum, run) => sum + run, 0)
  counts.push(image.width * image.height - covered)
  return { size: [image.height, image.width], counts }
}
