/**
 * Scores of masks on patches, written for the benchmark alone so that the app is not measured with its own arithmetic.
 *
 * @typedef {{ x: number, y: number, width: number, height: number }} Box
 * @typedef {{ boundsPx: Box, mask: { width: number, height: number, data: Uint8Array } }} Placed a mask and where it lies
 */

/** Pixels, in image coordinates, are looked up without painting the image. @param {Placed} placed */
function reader({ boundsPx, mask }) {
  return (x, y) => {
    const column = x - boundsPx.x
    const row = y - boundsPx.y
    if (column < 0 || row < 0 || column >= mask.width || row >= mask.height) return 0
    return mask.data[row * mask.width + column]
  }
}

/** The box around two boxes. @param {Box} a @param {Box} b @returns {Box} */
function around(a, b) {
  const x = Math.min(a.x, b.x)
  const y = Math.min(a.y, b.y)
  return {
    x,
    y,
    width: Math.max(a.x + a.width, b.x + b.width) - x,
    height: Math.max(a.y + a.height, b.y + b.height) - y,
  }
}

/** The mask in another window; what lies outside its own bounds is 0. @param {Placed} placed @param {Box} window @returns {Placed} */
export function moved(placed, window) {
  const at = reader(placed)
  const data = new Uint8Array(window.width * window.height)
  for (let y = 0; y < window.height; y++)
    for (let x = 0; x < window.width; x++) data[y * window.width + x] = at(window.x + x, window.y + y)
  return { boundsPx: window, mask: { width: window.width, height: window.height, data } }
}

/** Intersection over union; 0 when both are empty. @param {Placed} a @param {Placed} b */
export function iouOfPlaced(a, b) {
  const window = around(a.boundsPx, b.boundsPx)
  const first = reader(a)
  const second = reader(b)
  let both = 0
  let either = 0
  for (let y = window.y; y < window.y + window.height; y++) {
    for (let x = window.x; x < window.x + window.width; x++) {
      const [p, q] = [first(x, y), second(x, y)]
      both += p & q
      either += p | q
    }
  }
  return either === 0 ? 0 : both / either
}

/**
 * F of the outlines: how much of each lies within `tolerancePx` of the other. An outline is the mask's pixels with a
 * 4-neighbour outside. 0 when one of them is empty.
 *
 * @param {Placed} predicted @param {Placed} truth @param {number} tolerancePx
 */
export function boundaryF(predicted, truth, tolerancePx) {
  const found = outlineOf(predicted)
  const real = outlineOf(truth)
  if (found.length === 0 || real.length === 0) return 0
  const precision = shareNear(found, real, tolerancePx)
  const recall = shareNear(real, found, tolerancePx)
  return precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall)
}

function outlineOf(placed) {
  const at = reader(placed)
  const { x: left, y: top, width, height } = placed.boundsPx
  const pixels = []
  for (let y = top; y < top + height; y++) {
    for (let x = left; x < left + width; x++) {
      if (at(x, y) === 1 && (at(x - 1, y) & at(x + 1, y) & at(x, y - 1) & at(x, y + 1)) === 0)
        pixels.push([x, y])
    }
  }
  return pixels
}

function shareNear(pixels, others, tolerancePx) {
  const near = new Set()
  const reach = Math.ceil(tolerancePx)
  for (const [x, y] of others) {
    for (let dy = -reach; dy <= reach; dy++)
      for (let dx = -reach; dx <= reach; dx++)
        if (dx * dx + dy * dy <= tolerancePx * tolerancePx) near.add((y + dy) * 1e6 + x + dx)
  }
  return pixels.filter(([x, y]) => near.has(y * 1e6 + x)).length / pixels.length
}

/**
 * Where a person would click to correct: the pixel of the error that lies deepest inside it (largest distance to what is
 * no error, in steps to the 4 sides), the first of equal ones. Null when there is no error of that kind.
 *
 * @param {Placed} predicted @param {Placed} truth @param {boolean} isMissing true: what is missing, false: what is too much
 */
export function clickInError(predicted, truth, isMissing) {
  const window = around(predicted.boundsPx, truth.boundsPx)
  const found = reader(predicted)
  const real = reader(truth)
  const { width, height } = window
  // Steps to the nearest pixel without the error: two passes.
  const depth = new Int32Array((width + 2) * (height + 2))
  const index = (x, y) => (y + 1) * (width + 2) + x + 1
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [p, t] = [found(window.x + x, window.y + y), real(window.x + x, window.y + y)]
      const isError = isMissing ? t === 1 && p === 0 : t === 0 && p === 1
      if (isError) depth[index(x, y)] = 1 + Math.min(depth[index(x - 1, y)], depth[index(x, y - 1)])
    }
  }
  let best = 0
  let click = null
  for (let y = height - 1; y >= 0; y--) {
    for (let x = width - 1; x >= 0; x--) {
      const at = index(x, y)
      depth[at] = Math.min(depth[at], 1 + Math.min(depth[index(x + 1, y)], depth[index(x, y + 1)]))
      if (depth[at] < best || depth[at] === 0) continue
      best = depth[at]
      click = { x: window.x + x + 0.5, y: window.y + y + 0.5 }
    }
  }
  return click
}
