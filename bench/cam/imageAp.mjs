/**
 * Average precision of images by their score; equal scores form one point. `step` is the sum (R_n - R_{n-1}) P_n,
 * `trapezoid` the area under the curve with straight lines between the points, beginning at recall 0, precision 1.
 * Definition: metrics specification, section 5. Null without a defective image.
 *
 * @param {readonly { score: number, isDefective: boolean }[]} images
 * @returns {{ step: number, trapezoid: number } | null}
 */
export function imageAp(images) {
  const positives = images.filter(({ isDefective }) => isDefective).length
  if (positives === 0) return null
  const scores = [...new Set(images.map(({ score }) => score))].sort((a, b) => b - a)
  let truePositives = 0
  let shown = 0
  let before = { recall: 0, precision: 1 }
  const ap = { step: 0, trapezoid: 0 }
  for (const score of scores) {
    const tied = images.filter((image) => image.score === score)
    truePositives += tied.filter(({ isDefective }) => isDefective).length
    shown += tied.length
    const point = { recall: truePositives / positives, precision: truePositives / shown }
    const gained = point.recall - before.recall
    ap.step += gained * point.precision
    ap.trapezoid += (gained * (point.precision + before.precision)) / 2
    before = point
  }
  return ap
}
