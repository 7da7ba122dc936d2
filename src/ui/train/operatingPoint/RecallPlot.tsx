import { useMemo } from 'react'
import type uPlot from 'uplot'
import type { ThresholdMeasure } from '../../../app/training/measureThreshold'
import { Plot } from '../../Plot'
import { recallRows } from './recallRows'
import { shareText } from './thresholdText'

type Point = ThresholdMeasure['points'][number]

const SERIES: readonly uPlot.Series[] = [
  { label: 'precision', stroke: '#3fb6ff', width: 2, spanGaps: true, points: { show: false } },
  {
    label: 'in use',
    stroke: '#d7dce3',
    width: 0,
    points: { show: true, size: 11, width: 2, stroke: '#d7dce3', fill: '#0b0e12' },
  },
  {
    label: 'slider',
    stroke: '#f2b134',
    width: 0,
    points: { show: true, size: 9, width: 2, stroke: '#f2b134', fill: '#f2b134' },
  },
]
// A little room beyond 1: a point on the rim is seen whole.
const RANGE = [0, 1.03] as const

/** Precision over recall of all thresholds: a ring marks the threshold in use, a disc the slider's. */
export function RecallPlot({
  curve,
  inUse,
  chosen,
  height,
}: {
  curve: ThresholdMeasure['curve']
  inUse: Point
  chosen: Point
  height: number
}) {
  const data = useMemo<uPlot.AlignedData>(() => {
    const rows = recallRows(curve, inUse, chosen)
    return [[...rows.recall], [...rows.curve], [...rows.inUse], [...rows.chosen]]
  }, [curve, inUse, chosen])
  const label =
    `Precision over recall. At the slider's threshold ${chosen.threshold.toFixed(2)}: ` +
    `recall ${shareText(chosen.recall)}, precision ${shareText(chosen.precision)}`
  return <Plot data={data} series={SERIES} height={height} label={label} xRange={RANGE} yRange={RANGE} />
}
