import type { ThresholdMeasure } from '../../../app/training/measureThreshold'

type Point = ThresholdMeasure['points'][number]

/** Columns of the precision-recall plot over one ascending axis of recall; null where a column has no point. */
export interface RecallRows {
  readonly recall: readonly number[]
  readonly curve: readonly (number | null)[]
  /** The one point of the threshold in use. */
  readonly inUse: readonly (number | null)[]
  /** The one point of the slider. */
  readonly chosen: readonly (number | null)[]
}

/** The curve with the two marked points sorted in; a point without precision or recall is not marked. */
export function recallRows(curve: ThresholdMeasure['curve'], inUse: Point, chosen: Point): RecallRows {
  const rows: [number, number | null, number | null, number | null][] = curve.map(({ recall, precision }) => [
    recall,
    precision,
    null,
    null,
  ])
  if (curve.length > 0 && inUse.recall !== null && inUse.precision !== null)
    rows.push([inUse.recall, null, inUse.precision, null])
  if (curve.length > 0 && chosen.recall !== null && chosen.precision !== null)
    rows.push([chosen.recall, null, null, chosen.precision])
  // Stable: where recall is equal the curve comes first.
  rows.sort((a, b) => a[0] - b[0])
  return {
    recall: rows.map((row) => row[0]),
    curve: rows.map((row) => row[1]),
    inUse: rows.map((row) => row[2]),
    chosen: rows.map((row) => row[3]),
  }
}
