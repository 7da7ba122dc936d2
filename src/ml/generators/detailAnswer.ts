import type { Box, Point } from '../../core/geometry'
import type { JobOptions } from '../../core/job'
import { boxToGrid, type GridFrame } from '../imaging/gridFrame'
import { sigmoid } from '../sigmoid'
import type { Click, CropAnswer } from './generator'
import { createTileMerge, onGrid, tilesOf } from './tiles'

/** No more tiles than five of them side by side, however large the box. */
const TILES_ACROSS = 5

/** A crop of 128 cells shows 1.6 tiles: the merged grid is as fine as that. */
const CELLS_PER_TILE = 80

/** The merged grid shows this share of the box's longer side around it, as a crop does. */
const CONTEXT_SHARE = 0.3

/** A tile is asked about what the first look suspects there; with fewer suspicious cells there is nothing to see. */
const SUSPICION = 0.3
const MINIMAL_CELLS = 9
const PROMPT_MARGIN_CELLS = 2
const CLICK_CELLS = 4
const MINIMAL_PROMPT_PX = 3

/** How much the tiles count beside the first look, which alone saw the whole. */
const TILE_WEIGHT = 0.65

/** Probabilities this close to 0 or 1 would become too sure logits. */
const PROBABILITY_MARGIN = 1e-4

export interface DetailRequest {
  /** The answer for the whole box. */
  readonly coarse: CropAnswer
  /** (rows, columns) of the coarse grid, 0..1: where the first look suspects something. */
  readonly suspicion: Float32Array
  readonly boxPx: Box
  readonly clicks: readonly Click[]
  /** A tile as large as this shows all its detail to the model. */
  readonly tilePx: number
}

/**
 * A large box, looked at again tile by tile: not a mask but a finer answer, which is read like any other. Each tile is
 * asked about the box around what the first look suspects in it; the answers are merged with feathered edges and mixed
 * with the first look. Found on validation data: for boxes above 128 px +.03 IoU, cracks +.06 (training/README.md,
 * "Calibration", tiles). Only the first candidate is refined, and its feedback stays. Clicks go to the first look and to
 * the tiles that they concern.
 *
 * @param ask what the model says about a box inside a tile, on any grid
 */
export async function detailAnswer(
  { coarse, suspicion, boxPx, clicks, tilePx }: DetailRequest,
  ask: (promptPx: Box, tilePx: Box) => Promise<CropAnswer>,
  { signal, onProgress }: JobOptions,
): Promise<CropAnswer> {
  const side = Math.max(tilePx, Math.max(boxPx.width, boxPx.height) / TILES_ACROSS)
  const frame = fineFrame(boxPx, side / CELLS_PER_TILE)
  const suspected = onGrid(suspicion, coarse.frame, frame)
  for (const { pointPx, isPositive } of clicks) if (isPositive) suspectAround(pointPx, suspected, frame)
  const merge = createTileMerge(frame)
  const tiles = tilesOf(boxPx, side)
  for (const [index, tile] of tiles.entries()) {
    signal.throwIfAborted()
    onProgress({ done: index, total: tiles.length, note: '' })
    const prompt = promptIn(tile, suspected, frame)
    if (prompt === null) continue
    // One tile after the other: a model answers one prompt at a time.
    // oxlint-disable-next-line no-await-in-loop
    const answer = await ask(prompt, tile)
    merge.add(answer.candidates[0]!.logits.map(sigmoid), answer.frame, tile, prompt)
  }
  const first = coarse.candidates[0]!
  const fine = merge.mean()
  const whole = onGrid(first.logits.map(sigmoid), coarse.frame, frame)
  const logits = fine.map((value, p) => logit(TILE_WEIGHT * value + (1 - TILE_WEIGHT) * whole[p]!))
  return { ...coarse, frame, candidates: [{ ...first, logits }] }
}

/** Where a person sees something, a tile has to look: a few cells around the click. */
function suspectAround(pointPx: Point, suspected: Float32Array, frame: GridFrame): void {
  const { x, y } = boxToGrid(frame, { ...pointPx, width: 0, height: 0 })
  for (
    let v = Math.max(0, Math.floor(y) - CLICK_CELLS);
    v <= Math.min(frame.rows - 1, y + CLICK_CELLS);
    v++
  ) {
    for (
      let u = Math.max(0, Math.floor(x) - CLICK_CELLS);
      u <= Math.min(frame.columns - 1, x + CLICK_CELLS);
      u++
    )
      suspected[v * frame.columns + u] = 1
  }
}

/** The box with its surroundings, in cells of `cellPx`. */
function fineFrame({ x, y, width, height }: Box, cellPx: number): GridFrame {
  const margin = CONTEXT_SHARE * Math.max(width, height)
  const columns = Math.ceil((width + 2 * margin) / cellPx)
  const rows = Math.ceil((height + 2 * margin) / cellPx)
  return {
    originPx: { x: x + width / 2 - (columns * cellPx) / 2, y: y + height / 2 - (rows * cellPx) / 2 },
    widthPx: columns * cellPx,
    heightPx: rows * cellPx,
    columns,
    rows,
  }
}

/** The box around the suspicious cells of a tile, a little larger, inside the tile; null when there are too few. */
function promptIn(tilePx: Box, suspected: Float32Array, frame: GridFrame): Box | null {
  const tile = boxToGrid(frame, tilePx)
  let count = 0
  let left = Infinity
  let right = -Infinity
  let top = Infinity
  let bottom = -Infinity
  for (let v = firstCell(tile.y); v < lastCell(tile.y + tile.height, frame.rows); v++) {
    for (let u = firstCell(tile.x); u < lastCell(tile.x + tile.width, frame.columns); u++) {
      if (suspected[v * frame.columns + u]! <= SUSPICION) continue
      count++
      left = Math.min(left, u)
      right = Math.max(right, u + 1)
      top = Math.min(top, v)
      bottom = Math.max(bottom, v + 1)
    }
  }
  if (count < MINIMAL_CELLS) return null
  const cellX = frame.widthPx / frame.columns
  const cellY = frame.heightPx / frame.rows
  const [x, width] = spanIn(
    frame.originPx.x + (left - PROMPT_MARGIN_CELLS) * cellX,
    frame.originPx.x + (right + PROMPT_MARGIN_CELLS) * cellX,
    tilePx.x,
    tilePx.x + tilePx.width,
  )
  const [y, height] = spanIn(
    frame.originPx.y + (top - PROMPT_MARGIN_CELLS) * cellY,
    frame.originPx.y + (bottom + PROMPT_MARGIN_CELLS) * cellY,
    tilePx.y,
    tilePx.y + tilePx.height,
  )
  return { x, y, width, height }
}

function firstCell(edge: number): number {
  return Math.max(0, Math.floor(edge + 0.5))
}

function lastCell(edge: number, count: number): number {
  return Math.min(count, Math.floor(edge + 0.5))
}

/** start..end clipped to low..high, at least 3 px long where there is room. */
function spanIn(start: number, end: number, low: number, high: number): [number, number] {
  const from = Math.max(start, low)
  const to = Math.min(end, high)
  const length = Math.min(Math.max(to - from, MINIMAL_PROMPT_PX), high - low)
  return [Math.min(from, high - length), length]
}

function logit(probability: number): number {
  const p = Math.min(Math.max(probability, PROBABILITY_MARGIN), 1 - PROBABILITY_MARGIN)
  return Math.log(p / (1 - p))
}
