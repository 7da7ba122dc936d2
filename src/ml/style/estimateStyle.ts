import { assert } from '../../core/assert'
import type { BinaryMask } from '../../core/raster'
import type { GeneratedMask } from '../generators/generator'
import { overlapOf } from '../metrics/iou'
import { applyStyle } from './applyStyle'
import { baseMask } from './baseMask'
import type { ClassStyle, StyleBase, StyleExample } from './classStyle'
import { coarseExample } from './coarseExample'
import { createGrowth } from './drawnMask'
import { isEqual } from './isEqual'

/** Fewer masks are an accident, more than this an older habit (ten did clearly better than five). */
const MINIMAL_EXAMPLES = 3
const MAXIMAL_EXAMPLES = 10

/** Everything that is tried; like the costs below chosen on validation data (training/style.py). */
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
  const best = bestSetting(latest.map(gainsOf))
  if (best === null) return null
  const style = { ...best, fromMasks: latest.length }
  return meanGain(latest, style) > 0 ? style : null
}

/** By base, in words: what it gains with each dilation. */
type Gains = ReadonlyMap<string, { readonly base: StyleBase; readonly byDilation: Float64Array }>

/** Hundreds of masks are drawn for an example: once for each answer of a generator and each mask of a person. */
const known = new WeakMap<GeneratedMask, { readonly mask: BinaryMask; readonly gains: Gains }>()

function gainsOf(example: StyleExample): Gains {
  const before = known.get(example.made)
  if (before !== undefined && isEqual(before.mask, example.mask)) return before.gains
  const gains = measuredGains(example)
  known.set(example.made, { mask: example.mask, gains })
  return gains
}

/** IoU with the accepted mask, less that of the generator's own. */
function measuredGains(example: StyleExample): Gains {
  const { made, mask, cellPx } = coarseExample(example)
  const own = iou(made.mask, mask)
  const bases: readonly StyleBase[] = [
    ...SHIFTS.map((shift) => ({ kind: 'relative' as const, shift })),
    ...THRESHOLDS.map((threshold) => ({ kind: 'absolute' as const, threshold })),
    ...made.readings.map(({ kind }) => ({ kind: 'reading' as const, reading: kind })),
  ]
  const gains = new Map<string, { base: StyleBase; byDilation: Float64Array }>()
  for (const base of bases) {
    const start = baseMask(base, made)
    if (start === null) continue
    const grow = createGrowth(start)
    const byDilation = Float64Array.from(DILATIONS, (cells) => iou(grow(cells * cellPx), mask) - own)
    gains.set(JSON.stringify(base), { base, byDilation })
  }
  return gains
}

/** The setting with the highest score above 0; an example that has no such base gains nothing by it. */
function bestSetting(examples: readonly Gains[]): Pick<ClassStyle, 'base' | 'dilationCells'> | null {
  let best: Pick<ClassStyle, 'base' | 'dilationCells'> | null = null
  let bestScore = 0
  const bases = new Map(examples.flatMap((gains) => [...gains]))
  for (const [key, { base }] of bases) {
    DILATIONS.forEach((dilationCells, column) => {
      const each = examples.map((gains) => gains.get(key)?.byDilation[column] ?? 0)
      const wins = each.filter((gain) => gain > 0).length
      if (wins < MINIMAL_WINS * each.length) return
      const mean = each.reduce((sum, gain) => sum + gain, 0) / each.length
      const score = mean - (MINIMAL_EXAMPLES / each.length) * costOf(base, dilationCells)
      if (score <= bestScore) return
      best = { base, dilationCells }
      bestScore = score
    })
  }
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
