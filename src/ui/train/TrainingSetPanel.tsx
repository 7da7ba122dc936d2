import {
  AlertTriangle,
  Box as BoxIcon,
  CheckCheck,
  CircleCheck,
  Eye,
  Images,
  SquareDashed,
} from 'lucide-react'
import type { TrainingSetSummary } from '../../domain/trainingSet'
import { Section } from '../controls/Section'
import { Fact } from './Fact'

/** What the next run learns from, in counts, and what is thin about it. */
export function TrainingSetPanel({ summary }: { summary: TrainingSetSummary }) {
  return (
    <Section title="Learns from" aside={<span className="num">{summary.images} images</span>}>
      <ul className="facts">
        <Fact icon={Images} label="Images with masks" count={summary.withMasks} />
        <Fact icon={CheckCheck} label="Masks accepted" count={summary.acceptedMasks} />
        <Fact icon={Eye} label="Masks not reviewed yet" count={summary.unreviewedMasks} />
        <Fact icon={CircleCheck} label="Confirmed clean images" count={summary.confirmedClean} />
        <Fact icon={SquareDashed} label="Boxes without a mask" count={summary.boxesWithoutMask} />
        <Fact icon={BoxIcon} label="Reviewed validation images" count={summary.reviewedValidationImages} />
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
