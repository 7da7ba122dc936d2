import { withFault, type Fault } from './faults'
import type { GraphOps } from './graphOps'

/** Radius of the disc that a click draws, in cells of the low-resolution mask. */
const CLICK_RADIUS_CELLS = 6

/** How much larger than the prompt each mask token is, in cells a side: single, whole, part, sub-part. */
export const TOKEN_GROWTH_CELLS = [0, 8, -0.5, -8] as const

/** Their scores: the example of the SAM notes, T6. */
const TOKEN_SCORES = [0.8, 0.7, 0.95, 0.6] as const

/** Far outside of every mask. */
const FAR = 1000

/**
 * Where a point lies on the canvas, -1..1, as SAM's prompt encoder has it (modeling/prompt_encoder.py): the graph
 * itself goes to the pixel's centre.
 */
export function positionOf(ops: GraphOps, points: string, side: number): string {
  return ops.sub(ops.div(ops.mul(ops.add(points, 0.5), 2), side), 1)
}

/** [sin(2 pi c G), cos(2 pi c G)] of `positionOf`. */
export function positionalCode(ops: GraphOps, position: string, gaussian: string): string {
  const angle = ops.mul(ops.graph.node('MatMul', [position, gaussian]), 2 * Math.PI)
  return ops.concat(-1, ops.graph.node('Sin', [angle]), ops.graph.node('Cos', [angle]))
}

export interface DrawnPrompt {
  /** (n, N, 2), canvas pixels; N may be 0. */
  readonly points: string
  /** (n, N), float. */
  readonly labels: string
  readonly side: number
  /** Cells of the mask's side. */
  readonly cells: number
  /** (1, 256, e, e): the masks depend on it, not in their outline but in their values. */
  readonly embedding: string
  /** Logits (n, 1, cells, cells) of a former answer and whether they count (1 element). */
  readonly former: { readonly mask: string; readonly has: string } | null
  readonly fault: Fault | undefined
}

/**
 * The mask of the prompt that was really given, as a signed distance in cells, positive inside: the box of the corners
 * labelled 2 and 3, joined with discs at points labelled 1 and with the former mask, without discs at points labelled 0.
 * Bilinear interpolation keeps a straight edge's place, so that a shift of a fraction of a cell can be measured.
 *
 * @returns (n, 4, cells, cells): the four tokens
 */
export function drawPrompt(ops: GraphOps, prompt: DrawnPrompt): string {
  const { side, cells } = prompt
  // A point that means nothing comes first: N is then at least 1.
  const position = positionOf(ops, withPadding(ops, prompt.points, 0), side)
  const place = ops.mul(ops.add(position, 1), cells / 2)
  const labels = ops.unsqueeze(withPadding(ops, prompt.labels, -1), [2, 3]) // (n, N, 1, 1)
  const xs = ops.unsqueeze(ops.pick(place, 2, 0), [3]) // (n, N, 1, 1)
  const ys = ops.unsqueeze(ops.pick(place, 2, 1), [3])
  const centres = ops.add(ops.graph.node('Range', [ops.scalar(0), ops.scalar(cells), ops.scalar(1)]), 0.5)
  const u = ops.reshape(centres, [1, 1, 1, cells])
  const v = ops.reshape(centres, [1, 1, cells, 1])

  const ofCorner = (values: string, label: number): string =>
    ops.sum(ops.mul(values, ops.equals(labels, label)), 1)
  const box = ops.min(
    ops.sub(u, ofCorner(xs, 2)),
    ops.sub(ofCorner(xs, 3), u),
    ops.sub(v, ofCorner(ys, 2)),
    ops.sub(ofCorner(ys, 3), v),
  )
  const hasBox = ops.sum(ops.equals(labels, 2), 1)
  const across = ops.sub(u, xs)
  const down = ops.sub(v, ys)
  const distance = ops.graph.node('Sqrt', [ops.add(ops.mul(across, across), ops.mul(down, down))])
  const discs = ops.sub(CLICK_RADIUS_CELLS, distance) // (n, N, cells, cells)
  // A point that is no click of the kind counts as a disc far away.
  const ofClicks = (label: number): string => {
    const isOther = ops.sub(1, ops.equals(labels, label))
    return ops.extreme('Max', ops.sub(discs, ops.mul(isOther, FAR)), 1)
  }
  let drawn = ops.max(ops.sub(box, ops.mul(ops.sub(1, hasBox), FAR)), ofClicks(1))
  if (prompt.former !== null) {
    const { mask, has } = prompt.former
    drawn = ops.max(drawn, ops.sub(ops.mul(mask, has), ops.mul(ops.sub(1, has), FAR)))
  }
  drawn = ops.min(drawn, ops.mul(ofClicks(0), -1))

  const tokens = TOKEN_GROWTH_CELLS.map((growth) => ops.add(drawn, growth))
  const logits = ops.mul(ops.concat(1, ...tokens), gainOf(ops, prompt.embedding, cells))
  return withFault(ops, logits, prompt.fault)
}

/** (n, N, ...) with one more entry in front that holds `value`. */
function withPadding(ops: GraphOps, x: string, value: number): string {
  // The sum over an axis, also an empty one, brings the other sizes along.
  const zeros = ops.mul(ops.sum(x, 1), 0)
  return ops.concat(1, ops.add(zeros, value), x)
}

/** (1, 1, cells, cells), positive: exp of a weighted sum of the picture's channels; 1 where there is none. */
function gainOf(ops: GraphOps, embedding: string, cells: number): string {
  const seen = ops.mul(ops.slice(embedding, 1, 0, 3), ops.vector([0.1, 0.2, 0.3], [1, 3, 1, 1]))
  const gain = ops.graph.node('Exp', [ops.sum(seen, 1)])
  return ops.resize(gain, 'nearest', ops.graph.indices([1, 1, cells, cells]))
}

/** (n, M): the scores of the tokens from..to-1 for the masks of `logits` (n, M, cells, cells). */
export function scoresOf(ops: GraphOps, logits: string, from: number, to: number): string {
  const scores = ops.vector(TOKEN_SCORES.slice(from, to), [1, to - from])
  const zeros = ops.mul(ops.reshape(ops.slice(ops.slice(logits, 2, 0, 1), 3, 0, 1), [0, -1]), 0)
  return ops.add(zeros, scores)
}
