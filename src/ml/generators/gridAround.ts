import type { Box } from '../../core/geometry'
import { boxToGrid, type GridFrame } from '../imaging/gridFrame'
import type { CropAnswer } from './generator'

/** The surface around the box is judged on this many times the box's longer side, as far as an embedded crop sees. */
const CONTEXT = 1.6

/** Public models answer on 256 x 256 at most; their exports enlarge that up to 16 times without knowing more. */
const MAXIMAL_CELLS = 256

/**
 * The part of an answer around its box, at most 256 cells wide and high: a model that sees the whole picture answers
 * with a million cells, of which a small box needs a few hundred. Cells are cut, or averaged in whole blocks, never
 * interpolated. Feedback and estimates stay as they were.
 */
export function answerAround(answer: CropAnswer, boxPx: Box): CropAnswer {
  const { frame } = answer
  const long = CONTEXT * Math.max(boxPx.width, boxPx.height)
  const seen = boxToGrid(frame, {
    x: boxPx.x + boxPx.width / 2 - long / 2,
    y: boxPx.y + boxPx.height / 2 - long / 2,
    width: long,
    height: long,
  })
  const [left, across] = cellsOf(seen.x, seen.width, frame.columns)
  const [top, down] = cellsOf(seen.y, seen.height, frame.rows)
  const block = Math.ceil(Math.max(across, down) / MAXIMAL_CELLS)
  const columns = Math.max(1, Math.floor(across / block))
  const rows = Math.max(1, Math.floor(down / block))
  const cellX = frame.widthPx / frame.columns
  const cellY = frame.heightPx / frame.rows
  const cut: GridFrame = {
    originPx: { x: frame.originPx.x + left * cellX, y: frame.originPx.y + top * cellY },
    widthPx: columns * block * cellX,
    heightPx: rows * block * cellY,
    columns,
    rows,
  }
  return {
    ...answer,
    frame: cut,
    candidates: answer.candidates.map((candidate) => ({
      ...candidate,
      logits: blockMeans(candidate.logits, frame, { left, top, block, columns, rows }),
    })),
  }
}

/** First cell and number of cells that touch a span; at least one, inside 0..count. */
function cellsOf(start: number, length: number, count: number): [number, number] {
  const first = Math.min(Math.max(Math.floor(start), 0), count - 1)
  const end = Math.min(Math.max(Math.ceil(start + length), first + 1), count)
  return [first, end - first]
}

function blockMeans(
  logits: Float32Array,
  frame: GridFrame,
  part: { left: number; top: number; block: number; columns: number; rows: number },
): Float32Array {
  const { left, top, block, columns, rows } = part
  const means = new Float32Array(columns * rows)
  // A narrow grid may have fewer cells than a block.
  const width = Math.min(block, frame.columns - left)
  const height = Math.min(block, frame.rows - top)
  for (let v = 0; v < rows; v++) {
    for (let u = 0; u < columns; u++) {
      let sum = 0
      for (let y = 0; y < height; y++) {
        const row = (top + v * block + y) * frame.columns + left + u * block
        for (let x = 0; x < width; x++) sum += logits[row + x]!
      }
      means[v * columns + u] = sum / (width * height)
    }
  }
  return means
}
