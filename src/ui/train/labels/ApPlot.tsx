import { useElementSize } from '@mantine/hooks'
import { useMemo } from 'react'
import type uPlot from 'uplot'
import type { ClassifierEpoch } from '../../../app/tagsFace'
import { Plot } from '../../Plot'
import { apRows } from './apRows'

const line = (label: string, stroke: string, dash: number[], scale?: string): uPlot.Series => ({
  label,
  stroke,
  width: 2,
  dash,
  spanGaps: true,
  points: { show: true, size: 4, fill: stroke },
  ...(scale === undefined ? {} : { scale }),
})
const SERIES: readonly uPlot.Series[] = [
  line('loss', '#3fb6ff', []),
  line('image AP, training', '#4cc38a', [], 'right'),
  line('image AP, validation', '#f2b134', [6, 3], 'right'),
]
const AP_RANGE: readonly [number, number] = [0, 1]

/** Loss of every epoch at the left, image AP on training and validation images at the right. */
export function ApPlot({ epochs, of }: { epochs: readonly ClassifierEpoch[]; of: number }) {
  const { ref, height } = useElementSize<HTMLDivElement>()
  const rows = useMemo(() => apRows(epochs), [epochs])
  const data = useMemo<uPlot.AlignedData>(
    () => [[...rows.epoch], [...rows.loss], [...rows.trainingAp], [...rows.validationAp]],
    [rows],
  )
  const yRange = useMemo(() => [0, rows.lossTop] as const, [rows.lossTop])
  const xRange = useMemo(() => [1, Math.max(2, of)] as const, [of])
  const last = epochs.at(-1)
  const ap = (value: number | null): string => (value === null ? 'n/a' : value.toFixed(3))
  const told =
    last === undefined
      ? ''
      : `AP ${ap(last.trainingAp)} training · ${ap(last.validationAp)} validation · loss ${last.loss.toFixed(3)}`
  return (
    <div className="series">
      <div className="plot-title">
        <h3>Classifier</h3>
        <span className="legend" aria-hidden>
          <i className="bold" /> loss <i className="ap-training" /> image AP, training{' '}
          <i className="dashed" /> validation
        </span>
        <span className="grow" />
        <span className="num">{told}</span>
      </div>
      <div ref={ref} className="series-plot">
        {last !== undefined && height > 40 ? (
          <Plot
            data={data}
            series={SERIES}
            height={height}
            label={`Classifier after ${epochs.length} epochs: ${told}`}
            xRange={xRange}
            yRange={yRange}
            rightRange={AP_RANGE}
            isWholeX
          />
        ) : (
          <p className="mute series-wait">The first epoch arrives in a moment.</p>
        )}
      </div>
    </div>
  )
}
