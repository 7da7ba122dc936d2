import type { Box } from '../../core/geometry'
import { dilateBox } from '../imaging/boxWindow'
import { boxToGrid, type GridFrame } from '../imaging/gridFrame'
import { pasteMap } from '../imaging/pasteMap'

/** A side up to this many tiles long is one tile. */
const STRETCH = 1.15

/** Neighbours lie this share of a tile apart, at most: a quarter of each is shared. */
const STRIDE = 0.75

/** Towards its edges a tile counts less, over this share of its side; at the edge itself still a little. */
const FEATHER = 0.25
const EDGE_WEIGHT = 0.02

/** Tiles of about `sidePx` that cover a box and overlap by a quarter or more, row by row. */
export function tilesOf(boxPx: Box, sidePx: number): Box[] {
  const columns = spans(boxPx.x, boxPx.width, sidePx)
  const rows = spans(boxPx.y, boxPx.height, sidePx)
  return rows.flatMap(([y, height]) => columns.map(([x, width]) => ({ x, y, width, height })))
}

function spans(start: number, length: number, side: number): [number, number][] {
  if (length <= STRETCH * side) return [[start, length]]
  const count = Math.ceil((length - side) / (STRIDE * side)) + 1
  return Array.from({ length: count }, (_, i) => [start + (i * (length - side)) / (count - 1), side])
}

/** A weighted mean of overlapping tiles on one grid: memory of two maps, however many tiles come. */
export interface TileMerge {
  /**
   * Adds what was found in a tile.
   *
   * @param map (rows, columns) of `mapFrame`, 0..1
   * @param partPx where it counts: the box that was asked about, inside the tile
   */
  add(map: Float32Array, mapFrame: GridFrame, tilePx: Box, partPx: Box): void
  /** (rows, columns) of the grid; 0 where no tile counts. */
  mean(): Float32Array
}

/** Tiles are feathered: a pixel counts less the nearer it lies to its tile's edge, so that no seam is left. */
export function createTileMerge(frame: GridFrame): TileMerge {
  const sums = new Float32Array(frame.columns * frame.rows)
  const weights = new Float32Array(frame.columns * frame.rows)
  return {
    add: (map, mapFrame, tilePx, partPx) => {
      const tile = boxToGrid(frame, tilePx)
      const part = dilateBox(boxToGrid(frame, partPx), 0, 1)
      const left = Math.max(0, Math.ceil(part.x - 0.5))
      const top = Math.max(0, Math.ceil(part.y - 0.5))
      const width = Math.min(frame.columns, Math.ceil(part.x + part.width - 0.5)) - left
      const height = Math.min(frame.rows, Math.ceil(part.y + part.height - 0.5)) - top
      if (width <= 0 || height <= 0) return
      const values = pasteMap(map, inCells(mapFrame, frame), { x: left, y: top, width, height })
      for (let y = 0; y < height; y++) {
        const down = feather(top + y + 0.5 - tile.y, tile.height)
        for (let x = 0; x < width; x++) {
          const weight = down * feather(left + x + 0.5 - tile.x, tile.width)
          const p = (top + y) * frame.columns + left + x
          sums[p]! += weight * values.data[y * width + x]!
          weights[p]! += weight
        }
      }
    },
    mean: () => sums.map((sum, p) => (weights[p] === 0 ? 0 : sum / weights[p]!)),
  }
}

/** 1 in the middle of a tile, falling to almost nothing at its edges. */
function feather(from: number, side: number): number {
  const toEdge = Math.min(from, side - from)
  return Math.min(Math.max(toEdge / (FEATHER * side), EDGE_WEIGHT), 1)
}

/** A map of one grid at the centres of another grid's cells, (rows, columns) of `onto`. */
export function onGrid(map: Float32Array, frame: GridFrame, onto: GridFrame): Float32Array {
  const window = { x: 0, y: 0, width: onto.columns, height: onto.rows }
  return pasteMap(map, inCells(frame, onto), window).data
}

/** A frame with the cells of another grid as its pixels. */
function inCells(frame: GridFrame, unit: GridFrame): GridFrame {
  const across = unit.columns / unit.widthPx
  const down = unit.rows / unit.heightPx
  return {
    ...frame,
    originPx: {
      x: (frame.originPx.x - unit.originPx.x) * across,
      y: (frame.originPx.y - unit.originPx.y) * down,
    },
    widthPx: frame.widthPx * across,
    heightPx: frame.heightPx * down,
  }
}
