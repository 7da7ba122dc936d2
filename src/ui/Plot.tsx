import { useEffect, useRef } from 'react'
import uPlot from 'uplot'

const AXIS: uPlot.Axis = {
  stroke: '#98a2b1',
  font: '10px "JetBrains Mono Variable", monospace',
  grid: { stroke: '#242b36', width: 1 },
  ticks: { show: false },
  gap: 3,
}

/** Steps between labels of counted things: 1, 2, 5, 10, … */
const WHOLE = Array.from({ length: 8 }, (_, power) => [1, 2, 5].map((digit) => digit * 10 ** power)).flat()

/**
 * A line plot. `series` must be a stable value (a constant or memoised): a new one builds the plot anew.
 * `data[0]` holds the x values; a null is a gap.
 */
export function Plot({
  data,
  series,
  height,
  label,
  xRange,
  yRange,
  rightRange,
  isWholeX = false,
}: {
  data: uPlot.AlignedData
  series: readonly uPlot.Series[]
  height: number
  /** Says what the picture shows, for readers who cannot see it. */
  label: string
  /** Fixed range of x; that of the data when absent. */
  xRange?: readonly [number, number]
  /** Fixed range of y; free when absent. */
  yRange?: readonly [number, number]
  /** Gives series with `scale: 'right'` an axis of their own at the right, with this range. */
  rightRange?: readonly [number, number]
  /** x counts things: no label between two of them. */
  isWholeX?: boolean
}) {
  const host = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | null>(null)
  const latest = useRef(data)
  const [xLow, xHigh] = xRange ?? [null, null]
  const [low, high] = yRange ?? [null, null]
  const [rightLow, rightHigh] = rightRange ?? [null, null]

  useEffect(() => {
    const element = host.current
    if (element === null) return
    const created = new uPlot(
      {
        width: element.clientWidth,
        height,
        padding: [6, rightLow === null ? 14 : 0, 0, 0],
        legend: { show: false },
        cursor: { y: false, points: { size: 5 } },
        scales: {
          x: {
            time: false,
            ...(xLow !== null && xHigh !== null ? { range: [xLow, xHigh] as [number, number] } : {}),
          },
          ...(low !== null && high !== null ? { y: { range: [low, high] as [number, number] } } : {}),
          ...(rightLow !== null && rightHigh !== null
            ? { right: { range: [rightLow, rightHigh] as [number, number] } }
            : {}),
        },
        axes: [
          { ...AXIS, size: 20, ...(isWholeX ? { incrs: WHOLE } : {}) },
          { ...AXIS, size: 38, space: 44 },
          ...(rightLow === null
            ? []
            : [{ ...AXIS, scale: 'right', side: 1, size: 36, gap: 8, grid: { show: false } }]),
        ],
        series: [{}, ...series],
      },
      latest.current,
      element,
    )
    plot.current = created
    const observer = new ResizeObserver(() => created.setSize({ width: element.clientWidth, height }))
    observer.observe(element)
    return () => {
      observer.disconnect()
      created.destroy()
      plot.current = null
    }
  }, [height, series, xLow, xHigh, low, high, rightLow, rightHigh, isWholeX])

  useEffect(() => {
    latest.current = data
    plot.current?.setData(data)
  }, [data])

  return <div ref={host} role="img" aria-label={label} style={{ height }} />
}
