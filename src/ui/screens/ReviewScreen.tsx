import { Button } from '@mantine/core'
import { ListChecks } from 'lucide-react'
import { useEffect, useMemo, useState } from 'react'
import type { ImageRecord } from '../../domain/records'
import { auditOf } from '../../domain/audit'
import type { RecordsView } from '../../domain/live'
import type { ReviewItem, ReviewReason } from '../../domain/reviewQueue'
import { useApp, useOpenProject, useRecords, useSession } from '../AppProvider'
import { EmptyState } from '../controls/EmptyState'
import { FailureNote } from '../controls/FailureNote'
import { auditText } from '../review/auditText'
import { DecisionPanel } from '../review/DecisionPanel'
import { FixPanel } from '../review/FixPanel'
import { GridView } from '../review/GridView'
import { areHintsWanted, keepHintsWanted } from '../review/hintsWanted'
import { ItemPanel } from '../review/ItemPanel'
import { KeyHints } from '../review/KeyHints'
import { ProgressStrip } from '../review/ProgressStrip'
import { queueFor } from '../review/queueFilter'
import { QueueList } from '../review/QueueList'
import { currentIndex } from '../review/queuePosition'
import { ReasonFilter } from '../review/ReasonFilter'
import '../review/review.css'
import { ReviewCanvas } from '../review/ReviewCanvas'
import { canAccept, type ReviewController } from '../review/reviewController'
import { REASON_TEXTS } from '../review/reviewWords'
import { useReason, useReviewController, useReviewState } from '../review/useReviewController'
import { useReviewKeys, type FixActions } from '../review/useReviewKeys'
import { useReviewLayers } from '../review/useReviewLayers'
import { ViewPanel } from '../review/ViewPanel'

/** Review: the queue, the picture of the item with what would change, and the decision; or a page of many. */
export function ReviewScreen() {
  const app = useApp()
  const { records, version } = useRecords()
  const review = useReviewController()
  const fixing = useReviewKeys(review)
  const mode = useReviewState(review, (state) => state.mode)
  const formerIndex = useReviewState(review, (state) => state.index)
  const key = useSession((session) => session.reviewKey)
  const reason = useReason()
  const isReadOnly = useOpenProject().isReadOnly()
  const [hasHints, setHints] = useState(areHintsWanted)
  const showHints = (wanted: boolean): void => {
    keepHintsWanted(wanted)
    setHints(wanted)
  }

  // oxlint-disable-next-line react-hooks/exhaustive-deps -- queue and progress are functions of the records
  const waiting = useMemo(() => app.review.queue(), [app, version])
  const queue = useMemo(() => queueFor(waiting, reason), [waiting, reason])
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- see above
  const progress = useMemo(() => app.review.progress(), [app, version])
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- see above
  const audit = useMemo(() => auditText(auditOf(records)), [records, version])
  const index = currentIndex(queue, key, formerIndex)
  const item = index === null ? undefined : queue[index]
  const image = item === undefined ? undefined : records.get(item.imageId)

  // The image in hand is the one on the screen, here as in Annotate: status bar and top bar name it.
  const imageId = item?.imageId ?? null
  useEffect(() => {
    if (imageId !== null && app.session.getState().imageId !== imageId) app.images.goTo(imageId)
  }, [app, imageId])

  if (item === undefined && waiting.length > 0 && reason !== null) {
    return (
      <NothingOfReason reason={reason} others={waiting.length} onShowAll={() => review.setReason(null)} />
    )
  }
  if (item === undefined || image?.type !== 'image') {
    return (
      <NothingToReview
        audit={audit}
        reviewed={progress.accepted + progress.fixed + progress.rejected + progress.unsure}
      />
    )
  }
  return (
    <div className="review">
      <ProgressStrip
        progress={progress}
        audit={audit}
        mode={mode}
        onMode={review.setMode}
        onHints={() => showHints(!hasHints)}
      />
      {mode === 'grid' ? (
        <main className="review-grid">
          <GridView
            records={records}
            queue={queue}
            waiting={waiting}
            review={review}
            isReadOnly={isReadOnly}
          />
        </main>
      ) : (
        <>
          <aside className="review-queue" aria-label="Queue">
            <header>
              <h2>Queue</h2>
              <span className="num">
                {(index ?? 0) + 1} / {queue.length}
              </span>
              <ReasonFilter waiting={waiting} review={review} />
            </header>
            <QueueList records={records} queue={queue} index={index} onChoose={review.goTo} />
          </aside>
          <OneByOne
            key={image.id}
            records={records}
            item={item}
            image={image}
            review={review}
            fixing={fixing}
            isReadOnly={isReadOnly}
          />
        </>
      )}
      {hasHints && <KeyHints mode={mode} onDismiss={() => showHints(false)} />}
    </div>
  )
}

function OneByOne({
  records,
  item,
  image,
  review,
  fixing,
  isReadOnly,
}: {
  records: RecordsView
  item: ReviewItem
  image: ImageRecord
  review: ReviewController
  fixing: FixActions
  isReadOnly: boolean
}) {
  const state = useReviewState(review, (held) => held)
  const view = review.viewOf(item)
  const picture = useReviewLayers(records, item, view)
  return (
    <>
      <main className="review-main">
        <ReviewCanvas
          records={records}
          image={image}
          item={item}
          picture={picture}
          zoomRequest={state.zoomRequest}
          fix={state.fix}
          fixTool={state.fixTool}
        />
        <span className="view-badge">{state.fix === null ? VIEW_NAMES[view] : 'Fixing'}</span>
      </main>
      <aside className="panel review-panel" aria-label="Item">
        {state.fix === null ? (
          <DecisionPanel
            key={item.key}
            rejecting={state.rejecting}
            canAccept={canAccept(item)}
            isReadOnly={isReadOnly}
            onAccept={review.accept}
            onAskReject={review.askReject}
            onReject={review.reject}
            onTypeReason={review.typeReason}
            onStopRejecting={review.stopRejecting}
            onFix={fixing.start}
            onUnsure={review.unsure}
          />
        ) : (
          <FixPanel
            tool={state.fixTool}
            isBusy={fixing.saving.isBusy}
            onTool={review.setFixTool}
            onUndo={() => state.fix?.undo()}
            onSave={fixing.save}
            onCancel={review.cancelFix}
          />
        )}
        <FailureNote failure={fixing.saving.failure} onDismiss={fixing.saving.dismiss} />
        <ItemPanel records={records} item={item} image={image} picture={picture} />
        {state.fix === null && <ViewPanel item={item} view={view} onView={review.setView} />}
      </aside>
    </>
  )
}

const VIEW_NAMES = { before: 'Before', after: 'After', difference: 'Difference' } as const

function NothingOfReason({
  reason,
  others,
  onShowAll,
}: {
  reason: ReviewReason
  others: number
  onShowAll: () => void
}) {
  return (
    <EmptyState
      icon={ListChecks}
      title={`Nothing left: ${REASON_TEXTS[reason].short}`}
      action={<Button onClick={onShowAll}>Show the other {others.toLocaleString()}</Button>}
    >
      The filter by reason hides what else waits for a decision.
    </EmptyState>
  )
}

function NothingToReview({ reviewed, audit }: { reviewed: number; audit: string | null }) {
  const app = useApp()
  const go = (stage: 'annotate' | 'train' | 'export') => () => app.session.setState({ stage })
  if (reviewed === 0) {
    return (
      <EmptyState
        icon={ListChecks}
        title="Nothing to review yet"
        action={<Button onClick={go('annotate')}>Go to Annotate</Button>}
      >
        Draw boxes: each gets a mask that waits here. After a training the student’s drafts for all other
        images join them, the most useful first.
      </EmptyState>
    )
  }
  return (
    <EmptyState
      icon={ListChecks}
      title={`All ${reviewed.toLocaleString()} reviewed.`}
      action={
        <div style={{ display: 'flex', gap: 8 }}>
          <Button onClick={go('export')}>Export</Button>
          <Button variant="default" onClick={go('train')}>
            Train again
          </Button>
        </div>
      }
    >
      {audit !== null && `Audit: ${audit} `}
      Export what you have, or train again: the next student learns from your decisions.
    </EmptyState>
  )
}
