export interface ConfusionCell {
  /** Pixels of the row's true class that were given the column's class. */
  readonly pixels: number
  /** Share of the row's pixels, 0..1; null where the class does not occur in the truth. */
  readonly share: number | null
}

/** confusion[target][prediction] in pixels -> the same with each row's shares. */
export function confusionCells(
  confusion: readonly (readonly number[])[],
): readonly (readonly ConfusionCell[])[] {
  return confusion.map((row) => {
    const total = row.reduce((sum, pixels) => sum + pixels, 0)
    return row.map((pixels) => ({ pixels, share: total === 0 ? null : pixels / total }))
  })
}

/** 950, 12.3k, 4.56M: short enough for a cell. */
export function compactCount(count: number): string {
  if (count < 1000) return String(Math.round(count))
  if (count < 1_000_000) return `${trimmed(count / 1000)}k`
  if (count < 1_000_000_000) return `${trimmed(count / 1_000_000)}M`
  return `${trimmed(count / 1_000_000_000)}G`
}

/** Three digits in all. */
function trimmed(value: number): string {
  if (value >= 100) return value.toFixed(0)
  return value.toFixed(value >= 10 ? 1 : 2)
}
