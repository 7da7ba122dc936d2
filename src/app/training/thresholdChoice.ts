import { bestIou, type OperatingPoint } from '../../ml/metrics/operatingPoints'

/** From so many independent reviewed images on they set the threshold (pilot.md, "Recommended default student"). */
export const INDEPENDENT_IMAGES_NEEDED = 20
/** The operating point of the binary head until then. */
export const DEFAULT_THRESHOLD = 0.5

/** The stops of the slider: .05, .06, ... .95. */
export const THRESHOLD_STOPS: readonly number[] = Array.from({ length: 91 }, (_, i) => (i + 5) / 100)

export interface ThresholdChoice {
  readonly threshold: number
  readonly by: 'default' | 'reviews'
  /** Independent reviewed images that are still missing; 0 when there are enough. */
  readonly missing: number
}

/**
 * What the reviews may choose among. A threshold beyond is a sign that the reviewed images are of another kind than the
 * next ones: on one set the best of the validation images was near 0 and cost a third of the IoU elsewhere, within these
 * limits it cost .01 (docs/benchmarks.md, "Reading: operating point").
 */
const CHOSEN_WITHIN: readonly [number, number] = [0.1, 0.95]

/** Best IoU over the stops within `CHOSEN_WITHIN` once enough independent images exist and one of them has a defect; one half until then. */
export function thresholdChoice(groups: number, points: readonly OperatingPoint[]): ThresholdChoice {
  const missing = Math.max(0, INDEPENDENT_IMAGES_NEEDED - groups)
  const [low, high] = CHOSEN_WITHIN
  const allowed = points.filter(({ threshold }) => threshold >= low && threshold <= high)
  const best = missing === 0 ? bestIou(allowed) : null
  return best === null
    ? { threshold: DEFAULT_THRESHOLD, by: 'default', missing }
    : { threshold: best.threshold, by: 'reviews', missing }
}
