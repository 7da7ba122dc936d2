/** Bounds of a weight (our reconstruction, methods/cam-pseudo-masks.md, A2). */
const LIMITS = { least: 1, most: 10 }

/**
 * Weight of "class k is here" in the loss: n_neg / n_pos clipped to 1..10. Counted as the steps see the pictures: half of
 * every batch shows a defect, half none, so n_pos is a share of the defective half. One class: 1.
 * Source: methods/cam-pseudo-masks.md, A2 (our reconstruction).
 *
 * @param defective presence of the pictures with a defect, K bytes each; 255 counts for nothing
 * @param hasClean whether there are pictures without
 */
export function positiveWeights(
  defective: readonly Uint8Array[],
  hasClean: boolean,
  classCount: number,
): Float32Array {
  return Float32Array.from({ length: classCount }, (_, k) => {
    const known = defective.filter((presence) => presence[k] !== 255)
    const positives = known.filter((presence) => presence[k] === 1).length
    if (positives === 0) return LIMITS.least
    const share = (hasClean ? 0.5 : 1) * (positives / known.length)
    return Math.min(LIMITS.most, Math.max(LIMITS.least, (1 - share) / share))
  })
}
