import { assert } from '../../core/assert'
import type { BinaryMask } from '../../core/raster'
import { overlapOf } from '../metrics/iou'
import { applyStyle } from './applyStyle'
import { baseMask } from './baseMask'
import type { ClassStyle, StyleBase, StyleExample } from './classStyle'
import { coarseExample } from './coarseExample'
import { createGrowth } from './drawnMask'

/** Fewer masks are an accident, more than this an older habit (ten did clearly better than five). */
const MINIMAL_EXAMPLES = 3
const MAXIMAL_EXAMPLES = 10

/** Everything that is tried, chosen on validation data (training/README.md, "Drawing style"). */
const SHIFTS = [-0.4, -0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3, 0.4]
const THRESHOLDS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
const DILATIONS = [-3, -1.5, -0.75, 0, 0.75, 1.5, 3, 4.5]

/** What moving away from the generator's own drawing costs, in IoU, when three masks speak for it. */
const COST = { perCell: 0.0267, perThreshold: 0.2, absolute: 0.02, reading: 0.04 }

/** A style is a habit only when this share of the masks gains by it. */
const MINIMAL_WINS = 0.6

/**
 * Learns a class's style from accepted masks: of all settings (threshold moved or set, another reading of the answer,
 * each grown or shrunk) the one with the highest mean gain of IoU over the generator's own masks, less a cost that fades
 * as masks accumulate. It must win on three masks of five, and pay as it is applied.
 *
 * @param examples one class, oldest first; the latest ten count
 * @returns null with fewer than three usable masks, and when the generator's own masks fit as well
 */
export function estimateStyle(examples: readonly StyleExample[]): ClassStyle | null {
  const usable = examples.filter(({ made, mask }) => {
    assert(mask.data.length === made.mask.data.length, 'an accepted mask is cut to the patch')
    return !made.isUnresolved && mask.data.includes(1)
  })
  const latest = usable.slice(-MAXIMAL_EXAMPLES)
  if (latest.length < MINIMAL_EXAMPLES) return null
  const kinds = new Set(latest.flatMap(({ made }) => made.readings.map(({ kind }) => kind)))
  const bases = basesOf(kinds)
  const gains = latest.map((example) => gainsOf(example, bases))
  const best = bestSetting(bases, gains)
  if (best === null) return null
  const style = { ...best, fromMasks: latest.length }
  return meanGain(latest, style) > 0 ? style : null
}

function basesOf(kinds: ReadonlySet<string>): StyleBase[] {
  return [
    ...SHIFTS.map((shift) => ({ kind: 'relative' as const, shift })),
    ...THRESHOLDS.map((threshold) => ({ kind: 'absolute' as const, threshold })),
    ...[...kinds].map((reading) => ({ kind: 'reading' as const, reading })),
  ]
}

/** IoU with the accepted mask, less that of the generator's own: (bases, dilations); 0 where a base is not to be had. */
function gainsOf(example: StyleExample, bases: readonly StyleBase[]): Float64Array {
  const { made, mask, cellPx } = coarseExample(example)
  const own = iou(made.mask, mask)
  const gains = new Float64Array(bases.length * DILATIONS.length)
  bases.forEach((base, row) => {
    const start = baseMask(base, made)
    if (start === null) return
    const grow = createGrowth(start)
    DILATIONS.forEach((cells, column) => {
      gains[row * DILATIONS.length + column] = iou(grow(cells * cellPx), mask) - own
    })
  })
  return gains
}

function bestSetting(
  bases: readonly StyleBase[],
  gains: readonly Float64Array[],
): Pick<ClassStyle, 'base' | 'dilationCells'> | null {
  let best: Pick<ClassStyle, 'base' | 'dilationCells'> | null = null
  let bestScore = 0
  bases.forEach((base, row) => {
    DILATIONS.forEach((dilationCells, column) => {
      const each = gains.map((table) => table[row * DILATIONS.length + column]!)
      const wins = each.filter((gain) => gain > 0).length
      if (wins < MINIMAL_WINS * each.length) return
      const mean = each.reduce((sum, gain) => sum + gain, 0) / each.length
      const score = mean - (MINIMAL_EXAMPLES / each.length) * costOf(base, dilationCells)
      if (score <= bestScore) return
      best = { base, dilationCells }
      bestScore = score
    })
  })
  return best
}

function costOf(base: StyleBase, dilationCells: number): number {
  const growing = COST.perCell * Math.abs(dilationCells)
  switch (base.kind) {
    case 'relative':
      return growing + COST.perThreshold * Math.abs(base.shift)
    case 'absolute':
      return growing + COST.perThreshold * Math.abs(base.threshold - 0.5) + COST.absolute
    case 'reading':
      return growing + COST.reading
  }
}

/** Mean gain as the style is applied: full resolution, cleaned up. */
function meanGain(examples: readonly StyleExample[], style: ClassStyle): number {
  const gains = examples.map(({ made, mask, boxPx }) => {
    const styled = applyStyle(made, style, boxPx).made
    return iou(styled.mask, mask) - iou(made.mask, mask)
  })
  return gains.reduce((sum, gain) => sum + gain, 0) / gains.length
}

function iou(a: BinaryMask, b: BinaryMask): number {
  const { intersectionPx, unionPx } = overlapOf(a, b)
  return unionPx === 0 ? 0 : intersectionPx / unionPx
}
