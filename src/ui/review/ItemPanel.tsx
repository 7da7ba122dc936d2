import { Button } from '@mantine/core'
import { Dices, SquareArrowOutUpRight } from 'lucide-react'
import type { ImageRecord } from '../../domain/records'
import type { RecordsView } from '../../domain/live'
import type { ReviewItem } from '../../domain/reviewQueue'
import { useApp } from '../AppProvider'
import { Section } from '../controls/Section'
import { provenanceText } from './provenanceText'
import { REASON_TEXTS } from './reviewWords'
import { classColor, type ReviewPicture } from './useReviewLayers'

/** What is judged: class, size, change, who made it, and why it is here. */
export function ItemPanel({
  records,
  item,
  image,
  picture,
}: {
  records: RecordsView
  item: ReviewItem
  image: ImageRecord
  picture: ReviewPicture
}) {
  const app = useApp()
  const record = item.mask.classId === null ? undefined : records.get(item.mask.classId)
  const { difference } = picture
  return (
    <Section
      title="To judge"
      aside={
        item.isAudit && (
          <span className="audit">
            <Dices size={12} aria-hidden /> Random check
          </span>
        )
      }
    >
      <p className="item-class">
        <span className="swatch" style={{ background: classColor(records, item.mask.classId) }} />
        <strong>{record?.type === 'class' ? record.name : 'No class'}</strong>
      </p>
      <p className="item-why">{REASON_TEXTS[item.reason].long}</p>
      {item.mask.provenance.kind === 'cam' && item.mask.provenance.isLowConfidence && (
        <p className="item-why">
          The map was weak: the strongest places stand in for the defect that the label promises.
        </p>
      )}
      <dl className="item-facts">
        <dt>Area</dt>
        <dd>{item.mask.isUnresolved ? 'nothing found' : `${item.mask.areaPx.toLocaleString()} px`}</dd>
        {item.against !== null && difference !== null && (
          <>
            <dt>Change</dt>
            <dd>
              +{difference.addedPx.toLocaleString()} −{difference.removedPx.toLocaleString()} px
            </dd>
          </>
        )}
        {!item.isAudit && item.confidence !== null && (
          <>
            <dt>Confidence</dt>
            <dd>{Math.round(item.confidence * 100)} %</dd>
          </>
        )}
        <dt>Made by</dt>
        <dd className="words">{provenanceText(item.mask.provenance)}</dd>
        <dt>Image</dt>
        <dd className="words ellipsis" title={image.fileName}>
          {image.fileName}
        </dd>
      </dl>
      <Button
        size="compact-xs"
        variant="subtle"
        color="gray"
        leftSection={<SquareArrowOutUpRight size={12} />}
        onClick={() => {
          app.images.goTo(image.id)
          app.session.setState({ stage: 'annotate' })
        }}
      >
        Open in Annotate
      </Button>
    </Section>
  )
}
