import { useElementSize } from '@mantine/hooks'
import { useCallback, useEffect, useLayoutEffect, useRef } from 'react'
import type { Viewport } from '../../app/sessionStore'
import type { Point } from '../../core/geometry'
import type { RecordsView } from '../../domain/live'
import type { ImageRecord } from '../../domain/records'
import type { ReviewItem } from '../../domain/reviewQueue'
import { useApp, useScreen, useSession } from '../AppProvider'
import { fitViewport, stageToImage, zoomToBox } from '../canvas/viewport'
import { usePicture } from '../usePicture'
import { drawReviewStage, type StageScene } from './drawReviewStage'
import { createFixBitmap, type FixBitmap } from './fixBitmap'
import type { FixSession } from './fixSession'
import { attachGestures } from './stageGestures'
import { classColor, type ReviewPicture } from './useReviewLayers'

/**
 * The big picture: the image zoomed to what would change, with the masks of the chosen view, or with the painting under
 * way. Drawn into one canvas outside React; nothing here is state of the project.
 */
export function ReviewCanvas({
  records,
  image,
  item,
  picture,
  zoomRequest,
  fix,
  fixTool,
}: {
  records: RecordsView
  image: ImageRecord
  item: ReviewItem
  picture: ReviewPicture
  /** Odd: zoom to the changed area; even: the whole picture. */
  zoomRequest: number
  fix: FixSession | null
  fixTool: 'brush' | 'eraser'
}) {
  const app = useApp()
  const screen = useScreen()
  const { ref: host, width, height } = useElementSize<HTMLDivElement>()
  const canvas = useRef<HTMLCanvasElement>(null)
  const viewport = useRef<Viewport>({ scale: 1, x: 0, y: 0 })
  const pointer = useRef<Point | null>(null)
  const painted = useRef<FixBitmap | null>(null)
  const frame = useRef(0)
  const opacity = useSession((session) => session.maskOpacity)
  const radiusPx = useSession((session) => session.brushRadiusPx)
  const { bitmap, failure } = usePicture(image.id)
  const color = classColor(records, item.mask.classId)
  const { layers, promptBoxPx, focusPx } = picture

  const scene = useRef<StageScene | null>(null)
  useLayoutEffect(() => {
    scene.current = { bitmap, layers, promptBoxPx, opacity, fix: null, fixColor: color, brush: null }
  }, [bitmap, layers, promptBoxPx, opacity, color])

  const draw = useCallback(() => {
    cancelAnimationFrame(frame.current)
    frame.current = requestAnimationFrame(() => {
      const context = canvas.current?.getContext('2d') ?? null
      if (context === null || canvas.current === null || scene.current === null) return
      const at = pointer.current
      drawReviewStage(
        context,
        {
          ...scene.current,
          fix: painted.current,
          brush:
            painted.current === null || at === null
              ? null
              : {
                  atStage: at,
                  radiusPx: app.session.getState().brushRadiusPx,
                  isErasing: canvas.current.dataset.tool === 'eraser',
                },
        },
        {
          viewport: viewport.current,
          stage: { width: canvas.current.clientWidth, height: canvas.current.clientHeight },
          ratio: window.devicePixelRatio,
        },
      )
    })
  }, [app])

  useLayoutEffect(() => {
    if (canvas.current === null || width === 0) return
    const ratio = window.devicePixelRatio
    canvas.current.width = Math.round(width * ratio)
    canvas.current.height = Math.round(height * ratio)
    draw()
  }, [width, height, draw])

  // Loading the pixels of a mask may refine the focus, so the item alone is not enough.
  const { x: focusX, y: focusY, width: focusWidth, height: focusHeight } = focusPx
  useLayoutEffect(() => {
    if (width === 0) return
    const stage = { width, height }
    const focus = { x: focusX, y: focusY, width: focusWidth, height: focusHeight }
    viewport.current = zoomRequest % 2 === 1 ? zoomToBox(focus, image, stage) : fitViewport(image, stage)
    screen.readout.set({ pointPx: null, scale: viewport.current.scale })
    draw()
  }, [item.key, zoomRequest, width, height, image, focusX, focusY, focusWidth, focusHeight, screen, draw])

  useEffect(() => {
    painted.current = fix === null ? null : createFixBitmap(fix, color, draw)
    draw()
    return () => {
      painted.current?.dispose()
      painted.current = null
    }
  }, [fix, color, draw])

  useEffect(() => {
    // After a click on the stage's tab the next key is a decision; who came by keyboard stays on the tab.
    if (document.activeElement?.matches('[role=tab]:not(:focus-visible)')) canvas.current?.focus()
  }, [])

  useEffect(draw, [draw, bitmap, layers, promptBoxPx, opacity, radiusPx, fixTool])

  useEffect(() => {
    const element = canvas.current
    if (element === null) return
    const detach = attachGestures(element, {
      viewport: () => viewport.current,
      setViewport: (next) => {
        viewport.current = next
        screen.readout.set({ pointPx: screen.readout.get()?.pointPx ?? null, scale: next.scale })
        draw()
      },
      sizes: () => ({ image, stage: { width: element.clientWidth, height: element.clientHeight } }),
      fix: () => fix,
      brush: () => ({ tool: fixTool, radiusPx: app.session.getState().brushRadiusPx }),
      resizeBrush: (factor) => {
        const { brushRadiusPx } = app.session.getState()
        app.session.setState({ brushRadiusPx: Math.min(256, Math.max(0.5, brushRadiusPx * factor)) })
      },
      pointAt: (pointStage) => {
        pointer.current = pointStage
        const inImage = pointStage === null ? null : stageToImage(viewport.current, pointStage)
        const isInside =
          inImage !== null &&
          inImage.x >= 0 &&
          inImage.y >= 0 &&
          inImage.x < image.width &&
          inImage.y < image.height
        screen.readout.set({
          pointPx: isInside ? { x: Math.floor(inImage.x), y: Math.floor(inImage.y) } : null,
          scale: viewport.current.scale,
        })
        if (fix !== null) draw()
      },
    })
    return () => {
      detach()
      screen.readout.set(null)
    }
  }, [app, screen, image, fix, fixTool, draw])

  return (
    <div ref={host} className="review-stage">
      <canvas
        ref={canvas}
        data-tool={fix === null ? 'none' : fixTool}
        // The picture takes the focus, so that the decision keys work after a look around with the mouse.
        tabIndex={0}
        aria-label={`${image.fileName}, zoomed to the mask to judge`}
      />
      {failure !== null && <p className="review-missing">The picture of {image.fileName} cannot be read.</p>}
    </div>
  )
}
