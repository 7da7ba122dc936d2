import { useMemo } from 'react'
import type uPlot from 'uplot'
import type { RunSeries } from '../../app/trainingFace'
import { Plot } from '../Plot'
import { lossRows } from './lossSeries'

const LOSS: readonly uPlot.Series[] = [
  { label: 'step', stroke: '#3fb6ff70', width: 1, points: { show: false } },
  {
    label: 'epoch',
    stroke: '#3fb6ff',
    width: 2,
    spanGaps: true,
    points: { show: true, size: 4, fill: '#3fb6ff' },
  },
]
const LOSS_AND_IOU: readonly uPlot.Series[] = [
  ...LOSS,
  {
    label: 'validation IoU',
    scale: 'right',
    stroke: '#f2b134',
    width: 2,
    dash: [6, 3],
    spanGaps: true,
    points: { show: true, size: 5, fill: '#f2b134' },
  },
]
const IOU_RANGE: readonly [number, number] = [0, 1]

/** Loss of every step (thin) and epoch (bold); validation IoU dashed on an axis of its own at the right, if there is any. */
export function LossPlot({
  series,
  version,
  height,
}: {
  series: RunSeries
  /** Rises whenever `series` got longer: the arrays are the same objects. */
  version: number
  height: number
}) {
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- version stands for the growth of the series
  const rows = useMemo(() => lossRows(series), [series, version])
  const data = useMemo<uPlot.AlignedData>(() => {
    const loss: uPlot.AlignedData = [[...rows.step], [...rows.stepLoss], [...rows.epochLoss]]
    return rows.hasValidation ? [...loss, [...rows.validationIou]] : loss
  }, [rows])
  const yRange = useMemo(() => [0, rows.lossTop] as const, [rows.lossTop])
  const last = series.epochs.at(-1)
  const label =
    last === undefined
      ? `Loss of ${series.stepLoss.length} steps`
      : `Loss by step and epoch: ${series.epochs.length} epochs, last ${last.loss.toFixed(3)}` +
        (last.validationIou === null ? '' : `, validation IoU ${last.validationIou.toFixed(3)}`)
  return (
    <Plot
      data={data}
      series={rows.hasValidation ? LOSS_AND_IOU : LOSS}
      height={height}
      label={label}
      yRange={yRange}
      isWholeX
      {...(rows.hasValidation ? { rightRange: IOU_RANGE } : {})}
    />
  )
}
