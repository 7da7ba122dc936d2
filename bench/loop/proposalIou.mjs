import { readRle } from './readRle.mjs'

/**
 * How well proposed masks meet the truth: IoU per box, mean per class, mean over classes, for each split.
 * Tight and jittered boxes belong to one true mask (same id). A human box is compared inside itself with the true
 * pixels of its class, and only where there are any. A box without a mask scores 0.
 *
 * @param {ReturnType<import('./dataset.mjs').openDataset>} dataset
 * @param {readonly any[]} proposed annotations that `propose` wrote
 * @returns {Record<string, { macro: number, perClass: Record<string, number>, boxes: number }>} by split, and `all`
 */
export function proposalIou(dataset, proposed) {
  const imageOf = new Map(dataset.images.map((image) => [image.id, image]))
  const nameOf = new Map(dataset.categories.map((category) => [category.id, category.name]))
  const truthOf = new Map(dataset.truth.map((annotation) => [annotation.id, annotation]))
  const proposedOf = new Map(proposed.map((annotation) => [annotation.id, annotation]))
  const found = []
  for (const box of dataset.boxes) {
    const image = imageOf.get(box.image_id)
    const frame = dataset.boxKind === 'human' ? box.bbox : [0, 0, image.width, image.height]
    const truth =
      dataset.boxKind === 'human'
        ? dataset.truth.filter(
            (other) => other.image_id === box.image_id && other.category_id === box.category_id,
          )
        : [truthOf.get(box.id)]
    const mask = proposedOf.get(box.id)
    const iou = iouInside(frame, image, truth, mask?.segmentation?.counts === undefined ? [] : [mask])
    if (iou !== null) found.push({ split: dataset.splitOf(image), name: nameOf.get(box.category_id), iou })
  }
  const result = { all: averages(found) }
  for (const split of new Set(found.map((entry) => entry.split)))
    result[split] = averages(found.filter((entry) => entry.split === split))
  return result
}

/** IoU of two unions of masks, counted inside a frame only; null when the truth is empty there. */
function iouInside([x, y, width, height], image, truth, masks) {
  const a = unionOf(image, truth)
  const b = unionOf(image, masks)
  let both = 0
  let either = 0
  let real = 0
  for (let column = Math.floor(x); column < Math.min(image.width, Math.ceil(x + width)); column++) {
    for (let row = Math.floor(y); row < Math.min(image.height, Math.ceil(y + height)); row++) {
      const at = column * image.height + row
      both += a[at] & b[at]
      either += a[at] | b[at]
      real += a[at]
    }
  }
  return real === 0 ? null : both / either
}

function unionOf(image, annotations) {
  const union = new Uint8Array(image.width * image.height)
  for (const { segmentation } of annotations) {
    const { columns } = readRle(segmentation)
    for (let i = 0; i < union.length; i++) union[i] |= columns[i]
  }
  return union
}

function averages(entries) {
  const names = [...new Set(entries.map((entry) => entry.name))].sort((a, b) => a.localeCompare(b))
  const perClass = Object.fromEntries(
    names.map((name) => [
      name,
      mean(entries.filter((entry) => entry.name === name).map((entry) => entry.iou)),
    ]),
  )
  return { macro: mean(Object.values(perClass)), perClass, boxes: entries.length }
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
