import { Loader } from '@mantine/core'
import { ImageOff, SearchX } from 'lucide-react'
import type { Viewport } from '../../app/sessionStore'
import { AppError, messageOf } from '../../core/errors'
import type { AnnotationId, PseudoMask } from '../../domain/records'
import { helpFor } from '../errorTexts'
import { EmptyState } from '../controls/EmptyState'
import type { ImageObject } from './imageObjects'
import { imageToStage } from './viewport'

// More would cover the picture; the object list names them all.
const NOTES_SHOWN = 12

/** Words over the canvas: where a mask is being made, where none was found, why the picture is not here. */
export function CanvasNotes({
  objects,
  pending,
  viewport,
  isWaiting,
  failure,
}: {
  objects: readonly ImageObject[]
  pending: ReadonlySet<AnnotationId>
  viewport: Viewport
  isWaiting: boolean
  failure: unknown
}) {
  const boxes = objects.flatMap((object) => (object.box === null ? [] : [{ ...object, box: object.box }]))
  const spinning = boxes.filter((object) => pending.has(object.box.id)).slice(0, NOTES_SHOWN)
  const unresolved = boxes
    .filter((object) => object.state === 'unresolved' && !pending.has(object.box.id))
    .slice(0, NOTES_SHOWN)
  return (
    <div className="canvas-notes">
      {spinning.map(({ id, box: { boxPx } }) => {
        const at = imageToStage(viewport, { x: boxPx.x + boxPx.width, y: boxPx.y })
        return (
          <Loader
            role="status"
            key={id}
            size={16}
            color="#fff"
            className="canvas-spinner"
            style={{ left: at.x + 10, top: at.y - 8 }}
            aria-label="Making a mask"
          />
        )
      })}
      {unresolved.map(({ id, mask, box: { boxPx } }) => {
        const at = imageToStage(viewport, { x: boxPx.x, y: boxPx.y + boxPx.height })
        return (
          <p key={id} className="canvas-note" style={{ left: at.x, top: at.y + 6 }}>
            <SearchX size={12} aria-hidden /> No object found here –{' '}
            {takesClicks(mask) ? 'try a box or a second click' : 'try another box, or paint it'}
          </p>
        )
      })}
      {isWaiting && (
        <div className="canvas-waiting">
          <Loader size="sm" role="status" aria-label="Reading the image" />
        </div>
      )}
      {failure !== null && failure !== undefined && (
        <EmptyState icon={ImageOff} title="The picture is not here">
          {messageOf(failure)}. {helpFor(failure instanceof AppError ? failure.code : null)}
        </EmptyState>
      )}
    </div>
  )
}

/** Only a model can be helped by clicks. */
function takesClicks(mask: PseudoMask | null): boolean {
  return mask?.provenance.kind === 'generated' && mask.provenance.modelId !== null
}
