import { memo } from 'react'
import type { ClassDef, ImageId } from '../../domain/records'
import { tagScoreOf } from '../../domain/tagScoreOf'
import type { OpenedProject } from '../../app/app'
import { useImageVersion } from '../AppProvider'
import { STATUS_LOOK, StatusIcon } from '../controls/StatusIcon'
import { useThumbnail } from '../controls/useThumbnail'
import { colorOf } from '../useClasses'

const SPLIT_WORDS = { train: 'train', val: 'val', test: 'test' } as const

/** One image of the grid: picture, name, state, classes and number of boxes. */
export const ImageCard = memo(function ImageCard({
  project,
  classes,
  imageId,
  left,
  top,
  width,
  height,
  isTicked,
  hasFocus,
}: {
  project: OpenedProject
  classes: readonly ClassDef[]
  imageId: ImageId
  left: number
  top: number
  width: number
  height: number
  isTicked: boolean
  hasFocus: boolean
}) {
  useImageVersion(project, imageId)
  const { records } = project
  const url = useThumbnail(imageId)
  const image = records.get(imageId)
  if (image?.type !== 'image') return null
  const boxes = records.ofImage('annotation', imageId)
  const labels = records.ofImage('imageLabel', imageId).filter((label) => label.presence === 'present')
  const present = new Set([...boxes.map((box) => box.classId), ...labels.map((label) => label.classId)])
  const score = tagScoreOf(records, imageId)
  const name = image.fileName.slice(image.fileName.lastIndexOf('/') + 1)
  const names = classes.filter((one) => present.has(one.id)).map((one) => one.name)
  return (
    <div
      id={`card-${imageId}`}
      data-image={imageId}
      className="card"
      role="option"
      aria-selected={isTicked}
      aria-label={`${name}, ${STATUS_LOOK[image.status].label}, ${boxes.length} boxes${names.length > 0 ? `, ${names.join(', ')}` : ''}`}
      title={`${image.fileName}\n${image.width} × ${image.height}`}
      tabIndex={-1}
      data-focus={hasFocus || undefined}
      style={{ left, top, width, height }}
    >
      <div className="card-picture">
        <img alt="" draggable={false} hidden={url === null} {...(url === null ? {} : { src: url })} />
        <span className="card-tick" aria-hidden />
        <span className="card-dots">
          {[...present].slice(0, 6).map((classId) => (
            <span key={classId} className="swatch" style={{ background: colorOf(classes, classId) }} />
          ))}
        </span>
      </div>
      <div className="card-words">
        <StatusIcon status={image.status} />
        <span className="ellipsis">{name}</span>
        <span className="num">{boxes.length > 0 ? boxes.length : ''}</span>
      </div>
      <div className="card-small num">
        <span>
          {image.width} × {image.height}
        </span>
        {score !== null && <span title="What the classifier says, 0 to 1">{score.toFixed(2)}</span>}
        <span>{image.split === null ? '' : SPLIT_WORDS[image.split]}</span>
      </div>
    </div>
  )
})
