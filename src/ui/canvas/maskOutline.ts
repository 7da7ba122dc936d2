import type { BinaryMask } from '../../core/raster'

// Directions of travel along pixel edges, clockwise, as bits.
const EAST = 1
const SOUTH = 2
const WEST = 4
const NORTH = 8

/**
 * The border of a mask as closed rings along pixel edges, in patch coordinates (corner of pixel (0, 0) is 0, 0):
 * x0, y0, x1, y1, ... without repeating the first point and without points on straight runs. The mask lies to the
 * right of the direction of travel, so holes run the other way round. Pixels that touch at a corner only are
 * separate rings. For drawing; what is exported is traced elsewhere.
 */
export function maskOutline(mask: BinaryMask): readonly (readonly number[])[] {
  const columns = mask.width + 1
  const leaving = edgesLeavingCorners(mask)
  const rings: number[][] = []
  for (let corner = 0; corner < leaving.length; corner++) {
    while (leaving[corner] !== 0) rings.push(followRing(leaving, columns, corner))
  }
  return rings
}

function edgesLeavingCorners({ width, height, data }: BinaryMask): Uint8Array {
  const columns = width + 1
  const leaving = new Uint8Array(columns * (height + 1))
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const p = y * width + x
      if (data[p] === 0) continue
      const corner = y * columns + x
      if (y === 0 || data[p - width] === 0) leaving[corner]! |= EAST
      if (x === width - 1 || data[p + 1] === 0) leaving[corner + 1]! |= SOUTH
      if (y === height - 1 || data[p + width] === 0) leaving[corner + columns + 1]! |= WEST
      if (x === 0 || data[p - 1] === 0) leaving[corner + columns]! |= NORTH
    }
  }
  return leaving
}

function followRing(leaving: Uint8Array, columns: number, start: number): number[] {
  const ring: number[] = []
  let corner = start
  let came = 0
  do {
    const direction = turn(leaving[corner]!, came)
    leaving[corner]! &= ~direction
    if (direction !== came) ring.push(corner % columns, Math.floor(corner / columns))
    came = direction
    corner += direction === EAST ? 1 : direction === SOUTH ? columns : direction === WEST ? -1 : -columns
  } while (corner !== start || (leaving[corner]! & rightOf(came)) !== 0)
  return ring
}

// Where two pixels touch at a corner two edges leave it: turning right stays at the same pixel.
function turn(available: number, came: number): number {
  const right = rightOf(came)
  if (came !== 0 && (available & right) !== 0) return right
  if (came !== 0 && (available & came) !== 0) return came
  return available & -available
}

function rightOf(direction: number): number {
  return direction === NORTH ? EAST : direction << 1
}

/** The outline as a path in patch coordinates: fill it with the even-odd rule, stroke it with any width. */
export function outlinePath(mask: BinaryMask): Path2D {
  const path = new Path2D()
  for (const ring of maskOutline(mask)) {
    path.moveTo(ring[0]!, ring[1]!)
    for (let i = 2; i < ring.length; i += 2) path.lineTo(ring[i]!, ring[i + 1]!)
    path.closePath()
  }
  return path
}
