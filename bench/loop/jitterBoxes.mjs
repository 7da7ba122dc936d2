import { seededRandom } from './seededRandom.mjs'

/** A hand draws a little loosely: each side moves by this share of the box's width or height, outwards positive. */
const INWARD = 0.03
const OUTWARD = 0.07

/**
 * Tight boxes as a person might have drawn them: every side moved on its own by -3..+7 %, inside the image.
 *
 * @param {readonly { image_id: number, bbox: number[] }[]} boxes
 * @param {readonly { id: number, width: number, height: number }[]} images
 * @param {number} seed
 */
export function jitterBoxes(boxes, images, seed) {
  const random = seededRandom(seed)
  const shift = (length) => length * (random() * (INWARD + OUTWARD) - INWARD)
  const sizeOf = new Map(images.map((image) => [image.id, image]))
  return boxes.map((box) => {
    const [x, y, width, height] = box.bbox
    const image = sizeOf.get(box.image_id)
    const left = Math.max(0, x - shift(width))
    const top = Math.max(0, y - shift(height))
    const right = Math.min(image.width, x + width + shift(width))
    const bottom = Math.min(image.height, y + height + shift(height))
    const bbox = [left, top, right - left, bottom - top]
    return { ...box, bbox, area: bbox[2] * bbox[3] }
  })
}
