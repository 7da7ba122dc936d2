import { readFileSync } from 'node:fs'

/** An image counts as an alarm from so many predicted pixels on. */
const ALARM_PIXELS = 20
/** The product drops smaller pieces. */
const MIN_AREA_PX = 4
const FIELDS = 7

/**
 * Pieces that .5 cuts out of the binary head, as a run left them (`<id>-<split>-components.f32`).
 *
 * @typedef {{ image: number, areaPx: number, truePx: number, peak: number, bothMean: number, bothPeak: number }} Piece `image` is its place in the set; `peak` the
 *   highest probability of the binary head inside, `bothMean` and `bothPeak` of both heads (geometric mean of their defect
 *   probabilities)
 *
 * @param {string} file
 * @returns {Piece[]}
 */
export function readPieces(file) {
  const bytes = readFileSync(file)
  const values = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
  return Array.from({ length: values.length / FIELDS }, (_, i) => {
    const [image, areaPx, truePx, peak, , bothPeak, bothMean] = values.subarray(i * FIELDS, (i + 1) * FIELDS)
    return { image, areaPx, truePx, peak, bothMean, bothPeak }
  })
}

/**
 * Scores when a piece counts only if it is sure enough as a whole: a weak stain on a good part is dropped, a defect keeps its
 * whole extent.
 *
 * @param {readonly Piece[]} pieces
 * @param {{ image: number, truePx: number }[]} images of the split
 * @param {(piece: Piece) => boolean} isSure
 * @returns {{ iou: number, falseAlarms: number | null, hits: number }} IoU over all pixels; share of the images without a defect that
 *   give an alarm, null without such images; defective images of which anything is found
 */
export function pieceRule(pieces, images, isSure) {
  const kept = pieces.filter((piece) => piece.areaPx >= MIN_AREA_PX && isSure(piece))
  const area = sum(kept.map(({ areaPx }) => areaPx))
  const tp = sum(kept.map(({ truePx }) => truePx))
  const union = sum(images.map(({ truePx }) => truePx)) + area - tp
  const good = images.filter(({ truePx }) => truePx === 0)
  const alarms = good.filter(
    ({ image }) =>
      sum(kept.filter((piece) => piece.image === image).map(({ areaPx }) => areaPx)) >= ALARM_PIXELS,
  )
  return {
    iou: union === 0 ? 0 : tp / union,
    falseAlarms: good.length === 0 ? null : alarms.length / good.length,
    hits: new Set(kept.filter(({ truePx }) => truePx > 0).map(({ image }) => image)).size,
  }
}

function sum(values) {
  return values.reduce((total, value) => total + value, 0)
}
