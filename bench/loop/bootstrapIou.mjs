import { iouOf } from './binaryScores.mjs'
import { seededRandom } from './seededRandom.mjs'

const RESAMPLES = 2000

/**
 * 95 % interval of the micro IoU by a bootstrap over independent groups: photographs of one part are drawn together,
 * because they are one observation, not several.
 *
 * @param {readonly { group: string, tp: number, fp: number, fn: number }[]} images
 * @returns {{ low: number, high: number, groups: number }}
 */
export function bootstrapIou(images) {
  const groups = new Map()
  for (const { group, tp, fp, fn } of images) {
    const sum = groups.get(group) ?? { tp: 0, fp: 0, fn: 0 }
    groups.set(group, { tp: sum.tp + tp, fp: sum.fp + fp, fn: sum.fn + fn })
  }
  const counts = [...groups.values()]
  const random = seededRandom(0)
  const ious = []
  for (let i = 0; i < RESAMPLES; i++) {
    const drawn = { tp: 0, fp: 0, fn: 0 }
    for (let j = 0; j < counts.length; j++) {
      const { tp, fp, fn } = counts[Math.floor(random() * counts.length)]
      drawn.tp += tp
      drawn.fp += fp
      drawn.fn += fn
    }
    ious.push(iouOf(drawn))
  }
  ious.sort((a, b) => a - b)
  return {
    low: ious[Math.floor(0.025 * RESAMPLES)],
    high: ious[Math.ceil(0.975 * RESAMPLES) - 1],
    groups: counts.length,
  }
}
