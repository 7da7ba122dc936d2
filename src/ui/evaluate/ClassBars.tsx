import type { RecordsView } from '../../domain/live'
import type { EvaluationReport } from '../../app/evaluation'
import { classIous, metricText } from './metricRows'

/** IoU and AP of each class as bars with numbers. */
export function ClassBars({ report, records }: { report: EvaluationReport; records: RecordsView }) {
  const ious = classIous(report)
  return (
    <section className="detail" aria-label="Per class">
      <header>
        <h3>Per class</h3>
        <span className="grow" />
        <span className="bar-legend" aria-hidden>
          <i data-kind="iou" /> IoU <i data-kind="ap" /> AP
        </span>
      </header>
      <ul className="class-bars">
        {report.classes.map((each, i) => {
          const record = records.get(each.id)
          const color = record?.type === 'class' ? record.color : '#98a2b1'
          return (
            <li key={each.id}>
              <span className="swatch" style={{ background: color }} />
              <span className="ellipsis" title={each.name}>
                {each.name}
              </span>
              <Bar kind="iou" name="IoU" value={ious[i] ?? null} />
              <Bar kind="ap" name="AP" value={report.coco.apPerClass[i] ?? null} />
            </li>
          )
        })}
      </ul>
    </section>
  )
}

function Bar({ kind, name, value }: { kind: 'iou' | 'ap'; name: string; value: number | null }) {
  return (
    <span className="bar" data-kind={kind}>
      <i aria-hidden>
        <b style={{ width: `${Math.min(1, Math.max(0, value ?? 0)) * 100}%` }} />
      </i>
      <span className="num" aria-label={`${name} ${metricText(value)}`}>
        {metricText(value)}
      </span>
    </span>
  )
}
