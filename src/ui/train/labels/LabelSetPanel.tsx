import { AlertTriangle, CircleAlert, CircleCheck, CircleHelp, Clock, SquareDashed, Tags } from 'lucide-react'
import type { RecordsView } from '../../../domain/live'
import type { TagSetSummary } from '../../../domain/tagSet'
import { Section } from '../../controls/Section'
import { Fact } from '../Fact'

/** What the labels say, in counts, and what is thin about them. */
export function LabelSetPanel({ summary, records }: { summary: TagSetSummary; records: RecordsView }) {
  const { validationDefective, validationClean } = summary
  return (
    <Section
      title="Labels"
      aside={<span className="num">{summary.defective + summary.clean} training images</span>}
    >
      <ul className="facts">
        <Fact icon={CircleAlert} label="Defective" count={summary.defective} />
        {summary.perClass.map(({ classId, images }) => {
          const record = records.get(classId)
          if (record?.type !== 'class' || summary.perClass.length === 1) return null
          return <Fact key={classId} swatch={record.color} label={record.name} count={images} />
        })}
        <Fact icon={CircleCheck} label="Confirmed clean" count={summary.clean} />
        <Fact
          icon={Tags}
          label="Validation, defective / clean"
          count={validationDefective + validationClean}
          text={`${validationDefective} / ${validationClean}`}
        />
        <Fact icon={Clock} label="Images waiting for masks" count={summary.targets} />
        <Fact icon={SquareDashed} label="Boxed already" count={summary.boxed} />
        <Fact icon={CircleHelp} label="Not labelled" count={summary.unlabelled} />
      </ul>
      {summary.warnings.length > 0 && (
        <ul className="warnings">
          {summary.warnings.map((warning) => (
            <li key={warning}>
              <AlertTriangle size={13} color="var(--warn)" aria-hidden />
              <span>{warning}</span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}
