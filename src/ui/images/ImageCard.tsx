import { Square, SquareCheckBig } from 'lucide-react'
import { memo, type MouseEvent } from 'react'
import type { ImageId } from '../../domain/records'
import { useImageRecords } from '../AppProvider'
import { STATUS_LOOK, StatusIcon } from '../controls/StatusIcon'
import { useThumbnail } from '../controls/useThumbnail'
import { colorOf, useClasses } from '../useClasses'

const SPLIT_WORDS = { train: 'train', val: 'val', test: 'test' } as const

/** One image of the grid: picture, name, state, classes and number of boxes. */
export const ImageCard = memo(function ImageCard({
  imageId,
  left,
  top,
  width,
  height,
  isTicked,
  hasFocus,
  onPick,
  onOpen,
}: {
  imageId: ImageId
  left: number
  top: number
  width: number
  height: number
  isTicked: boolean
  hasFocus: boolean
  onPick: (event: MouseEvent, id: ImageId, isCheckbox: boolean) => void
  onOpen: (id: ImageId) => void
}) {
  const { records } = useImageRecords(imageId)
  const classes = useClasses()
  const url = useThumbnail(imageId)
  const image = records.get(imageId)
  if (image?.type !== 'image') return null
  const boxes = records.ofImage('annotation', imageId)
  const labels = records.ofImage('imageLabel', imageId).filter((label) => label.presence === 'present')
  const present = new Set([...boxes.map((box) => box.classId), ...labels.map((label) => label.classId)])
  const name = image.fileName.slice(image.fileName.lastIndexOf('/') + 1)
  const names = classes.filter((one) => present.has(one.id)).map((one) => one.name)
  return (
    // The listbox has the focus and the keys.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      id={`card-${imageId}`}
      className="card"
      role="option"
      aria-selected={isTicked}
      aria-label={`${name}, ${STATUS_LOOK[image.status].label}, ${boxes.length} boxes${names.length > 0 ? `, ${names.join(', ')}` : ''}`}
      title={`${image.fileName}\n${image.width} × ${image.height}`}
      tabIndex={-1}
      data-focus={hasFocus || undefined}
      style={{ left, top, width, height }}
      onClick={(event) => onPick(event, imageId, false)}
      onDoubleClick={() => onOpen(imageId)}
    >
      <div className="card-picture">
        {url !== null && <img src={url} alt="" draggable={false} />}
        <span
          className="card-tick"
          aria-hidden
          onClick={(event) => {
            event.stopPropagation()
            onPick(event, imageId, true)
          }}
        >
          {isTicked ? <SquareCheckBig size={15} /> : <Square size={15} />}
        </span>
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
        <span>{image.split === null ? '' : SPLIT_WORDS[image.split]}</span>
      </div>
    </div>
  )
})
