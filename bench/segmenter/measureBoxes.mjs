import { readRle } from '../loop/readRle.mjs'
import { boundaryF, clickInError, iouOfPlaced, moved } from './maskScores.mjs'

const TOLERANCE_PX = 2
/** Below this a mask is a failure that a person would click on. */
const FAILURE_IOU = 0.5

/**
 * Runs the product on some boxes of a data set and compares every mask with the truth. Tight and jittered boxes have one
 * true mask; a human box is compared inside itself with the true pixels of its class.
 *
 * @param {ReturnType<import('../loop/dataset.mjs').openDataset>} dataset
 * @param {readonly any[]} boxes of one split
 * @param {ReturnType<import('./readPictures.mjs').readPictures>} pictures
 * @param {Awaited<ReturnType<import('./product.ts').openProduct>>} product
 * @param {{ hasBaselines: boolean, signal: AbortSignal, onBox: () => void }} options
 */
export async function measureBoxes(dataset, boxes, pictures, product, { hasBaselines, signal, onBox }) {
  const imageOf = new Map(dataset.images.map((image) => [image.id, image]))
  const nameOf = new Map(dataset.categories.map((category) => [category.id, category.name]))
  const entries = []
  for (const box of boxes) {
    signal.throwIfAborted()
    onBox()
    const truth = truthOf(dataset, box)
    if (truth === null) continue
    const image = pictures.picture(imageOf.get(box.image_id))
    const boxPx = boxOf(box)
    const scored = (placed) => (dataset.boxKind === 'human' ? moved(placed, truth.boundsPx) : placed)
    const iou = (placed) => iouOfPlaced(scored(placed), truth)
    const outline = (placed) => boundaryF(scored(placed), truth, TOLERANCE_PX)
    const ask = (generatorId, clicks = [], former = null) =>
      product.propose(generatorId, { image, boxPx, clicks, former })

    const began = performance.now()
    const made = await ask('segmenter')
    const seconds = (performance.now() - began) / 1000
    const masks = { embedded: made }
    if (hasBaselines) {
      masks.filled = await ask('box-fill')
      masks.otsu = await ask('otsu')
      masks.grabCut = pictures.grabCut(box)
    }
    const entry = {
      className: nameOf.get(box.category_id),
      boxPx,
      made,
      truth,
      seconds,
      predicted: made.scores.predictedIou,
      iou: Object.fromEntries(Object.entries(masks).map(([name, mask]) => [name, iou(mask)])),
      outline: Object.fromEntries(Object.entries(masks).map(([name, mask]) => [name, outline(mask)])),
      clicks: null,
    }
    entry.iou.oracle = Math.max(
      entry.iou.embedded,
      ...made.alternatives.map((other) => iou({ boundsPx: made.boundsPx, mask: other.mask })),
    )
    const { positiveClicks, negativeClicks } = product.description.accepts
    if (hasBaselines && positiveClicks && negativeClicks && entry.iou.embedded < FAILURE_IOU)
      entry.clicks = await correct(made, truth, ask, scored, iou)
    entries.push(entry)
  }
  return entries
}

/** One click on what is missing, then one on what is too much, each where its error is deepest. */
async function correct(made, truth, ask, scored, iou) {
  const clicks = []
  const ious = []
  let shown = made
  for (const isPositive of [true, false]) {
    const pointPx = clickInError(scored(shown), truth, isPositive)
    if (pointPx !== null) {
      clicks.push({ pointPx, isPositive })
      shown = await ask('segmenter', [...clicks], shown.former)
    }
    ious.push(iou(shown))
  }
  return { afterPositive: ious[0], afterBoth: ious[1] }
}

function boxOf({ bbox: [x, y, width, height] }) {
  return { x, y, width, height }
}

/** Null where a human box holds no true pixel of its class. */
function truthOf(dataset, box) {
  if (dataset.boxKind !== 'human') {
    const annotation = dataset.truth.find((candidate) => candidate.id === box.id)
    return placedIn(annotation.segmentation, wholePixels(boxOf(annotation), annotation.segmentation.size))
  }
  const same = dataset.truth.filter(
    (other) => other.image_id === box.image_id && other.category_id === box.category_id,
  )
  if (same.length === 0) return null
  const window = wholePixels(boxOf(box), same[0].segmentation.size)
  const data = new Uint8Array(window.width * window.height)
  for (const { segmentation } of same)
    for (const [p, bit] of placedIn(segmentation, window).mask.data.entries()) data[p] |= bit
  return data.includes(1)
    ? { boundsPx: window, mask: { width: window.width, height: window.height, data } }
    : null
}

function wholePixels({ x, y, width, height }, [imageHeight, imageWidth]) {
  const left = Math.max(0, Math.floor(x))
  const top = Math.max(0, Math.floor(y))
  return {
    x: left,
    y: top,
    width: Math.min(imageWidth, Math.ceil(x + width)) - left,
    height: Math.min(imageHeight, Math.ceil(y + height)) - top,
  }
}

function placedIn(segmentation, window) {
  const { height, columns } = readRle(segmentation)
  const data = new Uint8Array(window.width * window.height)
  for (let y = 0; y < window.height; y++)
    for (let x = 0; x < window.width; x++)
      data[y * window.width + x] = columns[(window.x + x) * height + window.y + y]
  return { boundsPx: window, mask: { width: window.width, height: window.height, data } }
}
