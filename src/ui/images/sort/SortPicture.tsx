import { Kbd } from '@mantine/core'
import { useElementSize } from '@mantine/hooks'
import { useLayoutEffect, useRef, type MouseEvent } from 'react'
import { messageOf } from '../../../core/errors'
import { sortedAs } from '../../../domain/imageVerdict'
import type { ClassDef, ImageRecord } from '../../../domain/records'
import { useObservable, useRecords, useScreen } from '../../AppProvider'
import { digitOfClass } from '../../commands/classCommands'
import { useThumbnail } from '../../controls/useThumbnail'
import { usePicture } from '../../usePicture'
import { placeOnStage } from './placeOnStage'
import type { SortController } from './sortController'
import { useSortState } from './useSortController'
import { VerdictMark } from './VerdictMark'
import { verdictWords } from './verdictWords'

/** The picture in hand, as large as it fits. A click shows it pixel by pixel around that point, another one whole. */
export function SortPicture({
  sorting,
  image,
  classes,
}: {
  sorting: SortController
  image: ImageRecord | null
  classes: readonly ClassDef[]
}) {
  const { records } = useRecords()
  const asking = useSortState(sorting, (state) => state.asking)
  const ticked = useObservable(useScreen().tickedImages)
  if (image === null) return <main className="sort-picture" />
  const sorted = sortedAs(records, image)
  const words = verdictWords(sorted, classes)
  const targets = sorting.targets().length
  return (
    <main className="sort-picture">
      <Stage key={image.id} sorting={sorting} image={image} />
      {words !== '' && (
        <span className="sort-badge">
          <VerdictMark sorted={sorted} classes={classes} /> {words}
        </span>
      )}
      {ticked.size > 0 && targets > 0 && !asking && (
        <p className="sort-banner" role="status">
          {targets} ticked: the next key sorts {targets === 1 ? 'it' : 'all of them'}.
        </p>
      )}
      {asking && (
        <div className="sort-banner" role="status">
          <span>Which defect?</span>
          {classes.slice(0, 10).map((one, position) => (
            <button
              key={one.id}
              type="button"
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => sorting.sortAs(one.id)}
            >
              <Kbd>{digitOfClass(position)}</Kbd>
              <span className="swatch" style={{ background: one.color }} />
              {one.name}
            </button>
          ))}
        </div>
      )}
    </main>
  )
}

function Stage({ sorting, image }: { sorting: SortController; image: ImageRecord }) {
  const { ref, width, height } = useElementSize<HTMLDivElement>()
  const canvas = useRef<HTMLCanvasElement>(null)
  const zoomAt = useSortState(sorting, (state) => state.zoomAt)
  const { bitmap, failure } = usePicture(image.id)
  const thumbnail = useThumbnail(image.id)
  const ratio = window.devicePixelRatio

  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d') ?? null
    if (context === null || bitmap === null || width === 0) return
    const stage = { width: Math.round(width * ratio), height: Math.round(height * ratio) }
    context.canvas.width = stage.width
    context.canvas.height = stage.height
    const place = placeOnStage(image, stage, zoomAt)
    context.imageSmoothingEnabled = place.scale < 2
    context.imageSmoothingQuality = 'high'
    context.drawImage(bitmap, place.x, place.y, image.width * place.scale, image.height * place.scale)
  }, [bitmap, width, height, ratio, image, zoomAt])

  const zoom = (event: MouseEvent<HTMLElement>): void => {
    const frame = event.currentTarget.getBoundingClientRect()
    const stage = { width: frame.width * ratio, height: frame.height * ratio }
    const place = placeOnStage(image, stage, null)
    const at = (offset: number, start: number, size: number): number =>
      Math.max(0, Math.min(1, (offset * ratio - start) / (size * place.scale)))
    sorting.toggleZoom({
      x: at(event.clientX - frame.left, place.x, image.width),
      y: at(event.clientY - frame.top, place.y, image.height),
    })
  }

  return (
    <div ref={ref} className="sort-stage" data-zoomed={zoomAt !== null || undefined}>
      {failure !== null ? (
        <p className="sort-empty" role="alert">
          This picture cannot be read ({messageOf(failure)}). Skip it with S.
        </p>
      ) : (
        <button
          type="button"
          tabIndex={-1}
          aria-label={zoomAt === null ? 'Show it pixel by pixel' : 'Show the whole picture'}
          onMouseDown={(event) => event.preventDefault()}
          onClick={zoom}
        >
          {/* Until the picture is decoded its thumbnail holds the place. */}
          {bitmap === null && thumbnail !== null && <img alt="" src={thumbnail} draggable={false} />}
          <canvas ref={canvas} hidden={bitmap === null} role="img" aria-label={image.fileName} />
        </button>
      )}
    </div>
  )
}
