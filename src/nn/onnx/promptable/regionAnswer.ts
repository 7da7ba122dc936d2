import type { Box, Size } from '../../../core/geometry'
import type { MaskCandidate } from '../../../ml/generators/generator'
import type { GridFrame } from '../../../ml/imaging/gridFrame'
import { pasteMap } from '../../../ml/imaging/pasteMap'
import type { MaskToken } from './maskTokens'
import { toCanvas, type Placement } from './placement'
import type { RegionAnswer } from './promptableModel'

/** How far beyond the box logits are computed: this share of its side ... */
const MARGIN_SHARE = 0.25
/** ... and at least so many canvas pixels (two cells of a 256 grid) and so many pixels of the region. */
const MARGIN_CANVAS_PX = 8
const MARGIN_PX = 4

/** What a family needs back to refine a mask: its low-resolution logits, or nothing. */
type FeedbackOf = (token: MaskToken) => Float32Array

/** Logits whose grid covers the whole region, as those of the families that stretch it. */
export function stretchedAnswer(
  tokens: readonly MaskToken[],
  region: Size,
  feedbackOf: FeedbackOf,
): RegionAnswer {
  const { rows, columns } = tokens[0]!
  return {
    frame: {
      originPx: { x: 0, y: 0 },
      widthPx: region.width,
      heightPx: region.height,
      columns,
      rows,
    },
    candidates: tokens.map((token) => candidateOf(token, token.logits, feedbackOf)),
  }
}

/**
 * Logits whose grid covers the padded canvas. They are brought to canvas pixels and the padding is left out, before
 * anyone brings them to the region's pixels: the order matters at the level of a pixel (SAM, `postprocess_masks`).
 * Only the neighbourhood of the box is computed.
 */
export function letterboxedAnswer(
  tokens: readonly MaskToken[],
  region: Size,
  placement: Placement,
  boxPx: Box,
  feedbackOf: FeedbackOf,
): RegionAnswer {
  const window = canvasNeighbourhood(boxPx, region, placement)
  return {
    frame: frameOfCanvasWindow(window, region, placement),
    candidates: tokens.map((token) =>
      candidateOf(token, toCanvasPixels(token, placement.side, window), feedbackOf),
    ),
  }
}

/** Low-resolution logits at the centres of a window's canvas pixels: bilinear, half-pixel frame, edges repeated. */
export function toCanvasPixels(token: MaskToken, side: number, window: Box): Float32Array {
  const frame: GridFrame = {
    originPx: { x: 0, y: 0 },
    widthPx: side,
    heightPx: side,
    columns: token.columns,
    rows: token.rows,
  }
  return pasteMap(token.logits, frame, window).data
}

/** Whole canvas pixels around the box, never of the padding. */
function canvasNeighbourhood(boxPx: Box, region: Size, placement: Placement): Box {
  const from = toCanvas(placement, region, boxPx)
  const to = toCanvas(placement, region, { x: boxPx.x + boxPx.width, y: boxPx.y + boxPx.height })
  const [left, right] = grownSpan(from.x, to.x, placement.columns, region.width)
  const [top, bottom] = grownSpan(from.y, to.y, placement.rows, region.height)
  return { x: left, y: top, width: right - left, height: bottom - top }
}

function grownSpan(from: number, to: number, limit: number, regionSide: number): [number, number] {
  const margin = Math.max(MARGIN_SHARE * (to - from), MARGIN_CANVAS_PX, (MARGIN_PX * limit) / regionSide)
  return [Math.max(0, Math.floor(from - margin)), Math.min(limit, Math.ceil(to + margin))]
}

function frameOfCanvasWindow(window: Box, region: Size, { columns, rows }: Placement): GridFrame {
  const across = region.width / columns
  const down = region.height / rows
  return {
    originPx: { x: window.x * across, y: window.y * down },
    widthPx: window.width * across,
    heightPx: window.height * down,
    columns: window.width,
    rows: window.height,
  }
}

function candidateOf(token: MaskToken, logits: Float32Array, feedbackOf: FeedbackOf): MaskCandidate {
  return { logits, predictedIou: token.predictedIou, feedback: feedbackOf(token) }
}
