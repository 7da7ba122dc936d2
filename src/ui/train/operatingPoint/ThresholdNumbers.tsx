import type { ThresholdMeasure } from '../../../app/training/measureThreshold'
import { shareText } from './thresholdText'

type Point = ThresholdMeasure['points'][number]

const ROWS = [
  { key: 'precision', label: 'Precision' },
  { key: 'recall', label: 'Recall' },
  { key: 'f1', label: 'F1' },
  { key: 'iou', label: 'IoU' },
] as const

/** The slider's point beside the one in use and the best one, by pixel over all measured images. */
export function ThresholdNumbers({
  inUse,
  chosen,
  best,
}: {
  inUse: Point
  chosen: Point
  best: Point | null
}) {
  const columns = [
    { name: 'Slider', point: chosen },
    { name: 'In use', point: inUse },
    { name: 'Best IoU', point: best },
  ]
  return (
    <table className="table threshold-numbers">
      <thead>
        <tr>
          <th scope="col">By pixel</th>
          {columns.map(({ name, point }) => (
            <th key={name} scope="col" className="num">
              {name}
              <br />
              {point === null ? 'n/a' : point.threshold.toFixed(2)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {ROWS.map(({ key, label }) => (
          <tr key={key}>
            <th scope="row">{label}</th>
            {columns.map(({ name, point }) => (
              <td key={name} className="num">
                {shareText(point?.[key] ?? null)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
