import { SegmentedControl } from '@mantine/core'
import { useState } from 'react'
import type { EvaluationReport } from '../../app/evaluation'
import { compactCount, confusionCells, type ConfusionCell } from './confusionCells'

/** Truth in rows, prediction in columns: agreement blue, confusion orange, the share of the row as depth and as number. */
export function ConfusionMatrix({ report }: { report: EvaluationReport }) {
  const [unit, setUnit] = useState<'share' | 'pixels'>('share')
  const names = ['Background', ...report.classes.map((each) => each.name)]
  const cells = confusionCells(report.confusion)
  return (
    <section className="detail" aria-label="Confusion matrix">
      <header>
        <h3>Confusion</h3>
        <span className="mute">rows: truth, columns: prediction</span>
        <span className="grow" />
        <SegmentedControl
          aria-label="Unit of the matrix"
          data={[
            { value: 'share', label: '% of row' },
            { value: 'pixels', label: 'Pixels' },
          ]}
          value={unit}
          onChange={(value) => setUnit(value === 'pixels' ? 'pixels' : 'share')}
        />
      </header>
      <div className="confusion-scroll scroll">
        <table className="confusion">
          <thead>
            <tr>
              <th scope="col">
                <span className="visually-hidden">Truth</span>
              </th>
              {names.map((name) => (
                <th key={name} scope="col" title={name}>
                  <span className="ellipsis">{name}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {cells.map((row, target) => (
              <tr key={names[target]}>
                <th scope="row" title={names[target]}>
                  <span className="ellipsis">{names[target]}</span>
                </th>
                {row.map((cell, prediction) => (
                  <td
                    key={names[prediction]}
                    style={{ background: cellColor(cell, target === prediction) }}
                    title={`${names[target]} seen as ${names[prediction]}: ${cell.pixels.toLocaleString()} pixels`}
                  >
                    {cellText(cell, unit)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

function cellText(cell: ConfusionCell, unit: 'share' | 'pixels'): string {
  if (unit === 'pixels') return compactCount(cell.pixels)
  if (cell.share === null) return 'n/a'
  if (cell.pixels === 0) return '0'
  const percent = cell.share * 100
  return percent < 0.1 ? '<0.1' : percent.toFixed(1)
}

/** Depth by the share's square root, so that a few wrong percent can be seen. */
function cellColor({ share }: ConfusionCell, isAgreement: boolean): string {
  if (share === null || share === 0) return 'transparent'
  const depth = Math.round(Math.sqrt(share) * 62)
  const hue = isAgreement ? '#2f8fe0' : '#e07b2f'
  return `color-mix(in srgb, ${hue} ${depth}%, transparent)`
}
