import type { EvaluationReport } from '../../app/evaluation'
import { METRIC_GROUPS, metricText } from './metricRows'

const HEADLINES = ['binaryIou', 'recall', 'precision', 'presentMiou', 'ap50', 'falseAlarms']
const ROWS = HEADLINES.flatMap((id) =>
  METRIC_GROUPS.flatMap((group) => group.rows.filter((row) => row.id === id)),
)

/** The six numbers one looks at first, large, with a bar. */
export function HeadlineNumbers({ report }: { report: EvaluationReport }) {
  return (
    <dl className="headlines">
      {ROWS.map((row) => {
        const value = row.value(report)
        return (
          <div key={row.id} title={row.definition}>
            <dt>{row.label}</dt>
            <dd data-undefined={value === null || undefined}>{metricText(value)}</dd>
            <i aria-hidden>
              <b
                data-bad={row.isLowerBetter || undefined}
                style={{ width: `${Math.min(1, Math.max(0, value ?? 0)) * 100}%` }}
              />
            </i>
          </div>
        )
      })}
    </dl>
  )
}
