import type { Random } from '../../core/random'
import type { LabelledView } from './classifierState'
import { endlessOrder } from './endlessOrder'

/** Views of one kind, whole and cropped. */
export interface ViewPool {
  readonly whole: readonly LabelledView[]
  readonly crops: readonly LabelledView[]
}

/**
 * Batches for a number of steps: half of the views show a defect, half none; where there are crops, every second view of
 * either kind is one (p = .5), so that neither kind nor crop tells of the other. A kind that is missing is made up for
 * by the other. Source: methods/cam-pseudo-masks.md, A3 (4 defect and 4 normal views at least) and A4 (our reconstruction).
 */
export function balancedBatches(
  defective: ViewPool,
  clean: ViewPool,
  batchSize: number,
  steps: number,
  random: Random,
): LabelledView[][] {
  const half = Math.floor(batchSize / 2)
  const hasCrops = (pool: ViewPool): boolean => pool.crops.length > 0 || pool.whole.length === 0
  // Only together: crops of one kind alone would tell which kind it is.
  const areCropped = defective.crops.length > 0 && hasCrops(clean) && hasCrops(defective)
  const drawFrom = (pool: ViewPool): ((count: number) => LabelledView[]) => {
    const whole = endlessOrder(pool.whole.length, random)
    const crops = endlessOrder(pool.crops.length, random)
    return (count) => {
      const cropCount = areCropped ? Math.floor(count / 2) : 0
      return [
        ...whole.take(count - cropCount).map((i) => pool.whole[i]!),
        ...crops.take(cropCount).map((i) => pool.crops[i]!),
      ]
    }
  }
  const drawDefective = drawFrom(defective)
  const drawClean = drawFrom(clean)
  const cleanCount = clean.whole.length === 0 ? 0 : defective.whole.length === 0 ? batchSize : half
  return Array.from({ length: steps }, () => [
    ...drawDefective(batchSize - cleanCount),
    ...drawClean(cleanCount),
  ])
}
