/** @param {readonly number[]} values */
export function mean(values) {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Groups in the order of their first member. @template T @param {readonly T[]} items @param {(item: T) => unknown} keyOf @returns {Map<any, T[]>} */
export function groupBy(items, keyOf) {
  const groups = new Map()
  for (const item of items) {
    const key = keyOf(item)
    groups.set(key, [...(groups.get(key) ?? []), item])
  }
  return groups
}

/**
 * Mean per class, then over classes; null without entries.
 *
 * @template T
 * @param {readonly T[]} entries @param {(entry: T) => string} classOf @param {(entry: T) => number} valueOf
 */
export function macro(entries, classOf, valueOf) {
  const groups = groupBy(entries, classOf)
  return mean([...groups.values()].map((group) => mean(group.map(valueOf))))
}

/** Rank correlation of pairs, equal values sharing their mean rank; null below 3 pairs or without any spread. @param {readonly [number, number][]} pairs */
export function spearman(pairs) {
  if (pairs.length < 3) return null
  const x = ranks(pairs.map((pair) => pair[0]))
  const y = ranks(pairs.map((pair) => pair[1]))
  const [meanX, meanY] = [mean(x), mean(y)]
  let both = 0
  let onlyX = 0
  let onlyY = 0
  for (let i = 0; i < x.length; i++) {
    both += (x[i] - meanX) * (y[i] - meanY)
    onlyX += (x[i] - meanX) ** 2
    onlyY += (y[i] - meanY) ** 2
  }
  return onlyX === 0 || onlyY === 0 ? null : both / Math.sqrt(onlyX * onlyY)
}

function ranks(values) {
  const order = values.map((_, i) => i).toSorted((a, b) => values[a] - values[b])
  const found = Array.from(values, () => 0)
  for (let i = 0; i < order.length; ) {
    let end = i + 1
    while (end < order.length && values[order[end]] === values[order[i]]) end++
    for (let j = i; j < end; j++) found[order[j]] = (i + end - 1) / 2
    i = end
  }
  return found
}

/**
 * The lowest cut of the predicted quality above which the masks keep a mean IoU: it accepts as many as it may. Null when
 * even the best mask alone falls short.
 *
 * @param {readonly { predicted: number, iou: number }[]} entries @param {number} wanted
 */
export function qualityCut(entries, wanted) {
  const sorted = entries.toSorted((a, b) => b.predicted - a.predicted)
  let sum = 0
  let cut = null
  for (const [index, { predicted, iou }] of sorted.entries()) {
    sum += iou
    // Equal predictions are accepted together.
    if (sorted[index + 1]?.predicted === predicted) continue
    if (sum / (index + 1) >= wanted) cut = predicted
  }
  return cut
}

/** Share and mean IoU of the masks at or above a cut. @param {readonly { predicted: number, iou: number }[]} entries @param {number | null} cut */
export function aboveCut(entries, cut) {
  const kept = cut === null ? [] : entries.filter((entry) => entry.predicted >= cut)
  return { share: kept.length / entries.length, iou: mean(kept.map((entry) => entry.iou)) }
}
