import type { RunComparison } from '../../../app/training/compareRuns'
import { bestIndex, METRIC_GROUPS, metricText } from '../../evaluate/metricRows'

/** Both runs on the reviewed images that neither learned from; the better of a row by weight and a dot. */
export function MetricPair({ comparison }: { comparison: RunComparison }) {
  const { reports, excludedImages } = comparison
  const left =
    excludedImages === 0 ? '' : `${excludedImages} reviewed images that a run learned from are left out.`
  return (
    <section aria-label="Metrics">
      <div className="plot-title">
        <h3>On common ground</h3>
        <span className="grow" />
        {reports !== null && (
          <span className="num">
            n = {reports.a.imageCount} {reports.a.imageCount === 1 ? 'image' : 'images'}, {reports.masks}{' '}
            {reports.masks === 1 ? 'mask' : 'masks'}
          </span>
        )}
      </div>
      {reports === null ? (
        <p className="mute">
          {comparison.changes === null
            ? 'One of the runs has no model.'
            : 'No reviewed image that neither run learned from: review images of the validation or test split.'}{' '}
          {left}
        </p>
      ) : (
        <>
          <table className="table compare-table compare-metrics">
            <thead>
              <tr>
                <th scope="col">Reviewed masks</th>
                <th scope="col" className="num">
                  A
                </th>
                <th scope="col" className="num">
                  B
                </th>
                <th scope="col" className="num">
                  B − A
                </th>
              </tr>
            </thead>
            <tbody>
              {METRIC_GROUPS.flatMap((group) => group.rows).map((row) => {
                const values = [row.value(reports.a), row.value(reports.b)]
                const best = values[0] === values[1] ? null : bestIndex(values, row.isLowerBetter ?? false)
                return (
                  <tr key={row.id} title={row.definition}>
                    <th scope="row">{row.label}</th>
                    {values.map((value, i) => (
                      <td key={i === 0 ? 'a' : 'b'} className="num" data-best={best === i || undefined}>
                        {best === i && (
                          <span className="best-dot" title="Better of the two">
                            ●
                          </span>
                        )}
                        {metricText(value)}
                      </td>
                    ))}
                    <td className="num mute">{deltaText(values[0] ?? null, values[1] ?? null)}</td>
                  </tr>
                )
              })}
            </tbody>
          </table>
          <p className="mute compare-names">
            {[...new Set([...reports.a.notes, ...reports.b.notes])].join(' ')} {left}
          </p>
        </>
      )}
    </section>
  )
}

function deltaText(a: number | null, b: number | null): string {
  if (a === null || b === null) return ''
  const delta = b - a
  return `${delta < 0 ? '−' : delta > 0 ? '+' : '±'}${Math.abs(delta).toFixed(3)}`
}
