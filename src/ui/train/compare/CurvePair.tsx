import { useMemo } from 'react'
import type uPlot from 'uplot'
import { Plot } from '../../Plot'
import { SIDES } from './sides'

const SERIES: readonly uPlot.Series[] = SIDES.map(({ letter, color, line }) => ({
  label: letter,
  stroke: color,
  width: 2,
  spanGaps: true,
  ...(line === 'dashed' ? { dash: [6, 3] } : {}),
  points: { show: true, size: 4, fill: color },
}))
const HEIGHT = 128

/** One quantity of both runs over their epochs; says in words why there is nothing to draw. */
export function CurvePair({
  title,
  epoch,
  values,
  digits,
  absent,
}: {
  title: string
  epoch: readonly number[]
  values: readonly [readonly (number | null)[], readonly (number | null)[]]
  /** Digits after the point of the last values. */
  digits: number
  /** The sentence for "no data"; null when there is some. */
  absent: string | null
}) {
  const data = useMemo<uPlot.AlignedData>(() => [[...epoch], [...values[0]], [...values[1]]], [epoch, values])
  const top = useMemo(() => {
    const highest = Math.max(0, ...values.flat().filter((value): value is number => Number.isFinite(value)))
    return [0, highest > 0 ? highest * 1.06 : 1] as const
  }, [values])
  const last = values.map((column) => column.findLast((value) => value !== null) ?? null)
  const lastText = last
    .map((value, i) => `${SIDES[i]!.letter} ${value?.toFixed(digits) ?? 'n/a'}`)
    .join(' · ')
  return (
    <section className="curve-pair" aria-label={title}>
      <div className="plot-title">
        <h3>{title}</h3>
        <span className="grow" />
        {absent === null && <span className="num">{lastText}</span>}
      </div>
      {absent === null ? (
        <Plot
          data={data}
          series={SERIES}
          height={HEIGHT}
          yRange={top}
          isWholeX
          label={`${title} over epochs; last: ${lastText}`}
        />
      ) : (
        <p className="curve-none" style={{ height: HEIGHT }}>
          {absent}
        </p>
      )}
    </section>
  )
}
