import { ActionIcon, Tooltip } from '@mantine/core'
import { X } from 'lucide-react'
import type { Comparison } from './comparison'
import { bestIndex, METRIC_GROUPS, metricText } from './metricRows'

/** All numbers, one column a comparison; the best of a row is marked by weight and a dot. */
export function MetricTable({
  comparisons,
  chosenKey,
  onChoose,
  onRemove,
}: {
  comparisons: readonly Comparison[]
  /** Whose details are shown beside the table. */
  chosenKey: string
  onChoose: (key: string) => void
  onRemove: (key: string) => void
}) {
  return (
    <table className="metrics">
      <thead>
        <tr>
          <th scope="col">
            <span className="visually-hidden">Metric</span>
          </th>
          {comparisons.map((comparison) => (
            <th key={comparison.key} scope="col" data-chosen={comparison.key === chosenKey || undefined}>
              <div className="metric-head">
                <button
                  type="button"
                  aria-pressed={comparison.key === chosenKey}
                  onClick={() => onChoose(comparison.key)}
                >
                  <span className="ellipsis">{comparison.name}</span>
                  <span className="num">
                    {comparison.choice.against === 'truth' ? 'truth' : 'reviewed'}
                    {comparison.choice.split === 'all' ? '' : `, ${comparison.choice.split}`} · n ={' '}
                    {comparison.report.imageCount}
                  </span>
                </button>
                {comparisons.length > 1 && (
                  <ActionIcon
                    size={18}
                    variant="subtle"
                    color="gray"
                    aria-label={`Remove the column ${comparison.name}`}
                    onClick={() => onRemove(comparison.key)}
                  >
                    <X size={11} />
                  </ActionIcon>
                )}
              </div>
            </th>
          ))}
        </tr>
      </thead>
      {METRIC_GROUPS.map((group) => (
        <tbody key={group.title}>
          <tr className="metric-group">
            <th scope="rowgroup" colSpan={comparisons.length + 1}>
              {group.title}
            </th>
          </tr>
          {group.rows.map((row) => {
            const values = comparisons.map((comparison) => row.value(comparison.report))
            const best = bestIndex(values, row.isLowerBetter ?? false)
            return (
              <tr key={row.id}>
                <th scope="row" aria-label={row.label}>
                  <Tooltip
                    label={row.definition}
                    events={{ hover: true, focus: true, touch: true }}
                    position="right"
                    multiline
                    w={280}
                  >
                    <button type="button" className="term">
                      {row.label}
                    </button>
                  </Tooltip>
                </th>
                {values.map((value, i) => (
                  <td
                    key={comparisons[i]?.key}
                    className="num"
                    data-undefined={metricText(value) === 'n/a' || undefined}
                    data-best={i === best || undefined}
                  >
                    {i === best && (
                      <span className="best-dot" title="Best of these">
                        ●
                      </span>
                    )}
                    {metricText(value)}
                  </td>
                ))}
              </tr>
            )
          })}
        </tbody>
      ))}
    </table>
  )
}
