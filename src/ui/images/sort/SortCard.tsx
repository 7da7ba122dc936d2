import { memo } from 'react'
import type { OpenedProject } from '../../../app/app'
import { sortedAs } from '../../../domain/imageVerdict'
import type { ClassDef, ImageId } from '../../../domain/records'
import { tagScoreOf } from '../../../domain/tagScoreOf'
import { useImageVersion } from '../../AppProvider'
import { useThumbnail } from '../../controls/useThumbnail'
import { VerdictMark } from './VerdictMark'
import { verdictWords } from './verdictWords'

/** One image of the sort view: its picture and, as soon as it is sorted, what it is. */
export const SortCard = memo(function SortCard({
  project,
  classes,
  imageId,
  left,
  top,
  width,
  height,
  isTicked,
  isCurrent,
}: {
  project: OpenedProject
  classes: readonly ClassDef[]
  imageId: ImageId
  left: number
  top: number
  width: number
  height: number
  isTicked: boolean
  isCurrent: boolean
}) {
  useImageVersion(project, imageId)
  const { records } = project
  const url = useThumbnail(imageId)
  const image = records.get(imageId)
  if (image?.type !== 'image') return null
  const sorted = sortedAs(records, image)
  const words = verdictWords(sorted, classes)
  const score = tagScoreOf(records, imageId)
  const name = image.fileName.slice(image.fileName.lastIndexOf('/') + 1)
  return (
    <div
      id={`sort-${imageId}`}
      data-image={imageId}
      data-sorted={sorted.kind}
      data-current={isCurrent || undefined}
      className="card sort-card"
      role="option"
      aria-selected={isTicked}
      aria-label={`${name}, ${words === '' ? 'unsorted' : words}`}
      title={image.fileName}
      tabIndex={-1}
      style={{ left, top, width, height }}
    >
      <div className="card-picture">
        <img alt="" draggable={false} hidden={url === null} {...(url === null ? {} : { src: url })} />
        <span className="card-tick" aria-hidden />
        {sorted.kind !== 'unsorted' && (
          <span className="sort-verdict">
            <VerdictMark sorted={sorted} classes={classes} />
            <span className="ellipsis">{words}</span>
          </span>
        )}
      </div>
      <div className="sort-words">
        <span className="ellipsis">{name}</span>
        {score !== null && (
          <i className="sort-score" title={`The classifier says ${score.toFixed(2)}`}>
            <b style={{ width: `${Math.max(4, score * 100)}%` }} />
          </i>
        )}
      </div>
    </div>
  )
})
