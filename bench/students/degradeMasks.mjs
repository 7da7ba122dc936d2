import { seededRandom } from '../loop/seededRandom.mjs'

/** Shares and sizes of the simulated noise: pilot.md, "Pitfalls", rule of `degr`; the leak's radius is ours. */
const DROP_SHARE = 0.3
const LEAK_SHARE = 0.3
const KEPT_SHARE = 0.3
const MISSING_SHARE = 0.4

/**
 * True masks made worse as a segmenter makes them worse: components below the median area are dropped with probability .3;
 * the rest is eroded by 1 or 2 px, stopped before less than 30 % would be left; with probability .3 a disc leaks out of the
 * outline, of half the radius of a circle of the mask's area, 2 to 12 px.
 *
 * @param {readonly { id: number, width: number, height: number, columns: Uint8Array }[]} masks 0 or 1, column after column
 * @param {number} seed
 * @returns {Map<number, Uint8Array>} columns by id; a dropped component is absent
 */
export function degradeMasks(masks, seed) {
  const random = seededRandom(seed)
  const areas = masks.map(({ columns }) => areaOf(columns))
  const median = areas.toSorted((a, b) => a - b)[Math.floor(areas.length / 2)]
  const kept = new Map()
  for (const [index, { id, width, height, columns }] of masks.entries()) {
    const area = areas[index]
    const isDropped = random() < DROP_SHARE && area < median
    const rounds = random() < 0.5 ? 1 : 2
    const hasLeak = random() < LEAK_SHARE
    const at = random()
    if (isDropped) continue
    let shrunk = columns
    for (let round = 0; round < rounds; round++) {
      const next = erode(shrunk, width, height)
      if (areaOf(next) < KEPT_SHARE * area) break
      shrunk = next
    }
    const radius = Math.min(12, Math.max(2, 0.5 * Math.sqrt(area / Math.PI)))
    kept.set(
      id,
      hasLeak ? withDisc(shrunk, width, height, outlinePixel(columns, width, height, at), radius) : shrunk,
    )
  }
  return kept
}

/**
 * Which components an annotator overlooked: 40 % of them, drawn by chance, the rest perfect.
 *
 * @param {readonly number[]} ids
 * @param {number} seed
 * @returns {Set<number>} the ids that are left
 */
export function withoutSome(ids, seed) {
  const random = seededRandom(seed)
  const order = ids.map((id) => ({ id, at: random() })).toSorted((a, b) => a.at - b.at)
  return new Set(order.slice(Math.round(MISSING_SHARE * ids.length)).map(({ id }) => id))
}

/** Column-major pixels as run lengths, zeros first. @param {Uint8Array} columns */
export function runsOfColumns(columns) {
  const counts = []
  let value = 0
  let run = 0
  for (const pixel of columns) {
    if (pixel === value) run++
    else {
      counts.push(run)
      run = 1
      value = pixel
    }
  }
  counts.push(run)
  return counts
}

/** A pixel stays when it and its four neighbours are set; beyond the picture counts as set. */
function erode(columns, width, height) {
  const out = new Uint8Array(columns.length)
  for (let x = 0, p = 0; x < width; x++) {
    for (let y = 0; y < height; y++, p++) {
      if (columns[p] === 0) continue
      const left = x === 0 || columns[p - height] === 1
      const right = x === width - 1 || columns[p + height] === 1
      const up = y === 0 || columns[p - 1] === 1
      const down = y === height - 1 || columns[p + 1] === 1
      if (left && right && up && down) out[p] = 1
    }
  }
  return out
}

/** One pixel of the mask's outline, `at` (0..1) along them. */
function outlinePixel(columns, width, height, at) {
  const inner = erode(columns, width, height)
  const outline = []
  for (const [p, value] of columns.entries()) if (value === 1 && inner[p] === 0) outline.push(p)
  if (outline.length === 0) return columns.indexOf(1)
  return outline[Math.floor(at * outline.length)]
}

function withDisc(columns, width, height, center, radius) {
  const out = columns.slice()
  const [cx, cy] = [Math.floor(center / height), center % height]
  const reach = Math.ceil(radius)
  for (let x = Math.max(0, cx - reach); x <= Math.min(width - 1, cx + reach); x++) {
    for (let y = Math.max(0, cy - reach); y <= Math.min(height - 1, cy + reach); y++) {
      if ((x - cx) ** 2 + (y - cy) ** 2 <= radius ** 2) out[x * height + y] = 1
    }
  }
  return out
}

function areaOf(columns) {
  let area = 0
  for (const value of columns) area += value
  return area
}
