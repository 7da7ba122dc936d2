import { useElementSize, useMergedRef } from '@mantine/hooks'
import type Konva from 'konva'
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef } from 'react'
import { Layer, Shape, Stage } from 'react-konva'
import type { SessionState, Viewport } from '../../app/sessionStore'
import type { Box, Point, Size } from '../../core/geometry'
import { useApp, useImageRecords, useObservable, useScreen, useSession } from '../AppProvider'
import type { AnnotationId } from '../../domain/records'
import { createCommandContext } from '../commands/commandContext'
import { useClasses } from '../useClasses'
import { usePicture } from '../usePicture'
import { CanvasNotes } from './CanvasNotes'
import { drawBoxes } from './layers/drawBoxes'
import { drawAim, drawClickMark, type DrawnClick } from './layers/drawClicks'
import { createMaskComposite } from './layers/maskComposite'
import { drawPicture } from './layers/drawPicture'
import { createSpriteStore } from './layers/spriteStore'
import { drawnBoxes, drawnClicks, drawnMasks } from './drawnObjects'
import type { ObjectId } from './imageObjects'
import { createStageTools } from './stageTools'
import type { CanvasTool } from './tools/tool'
import { useImageObjects } from './useImageObjects'
import { useReducedPicture } from './useReducedPicture'
import { useStageInput } from './useStageInput'
import { effectiveViewport } from './viewport'
import './canvas.css'

const NO_BOXES: ReadonlyMap<ObjectId, Box> = new Map()
const LAYERS = ['base', 'masks', 'boxes', 'brush'] as const
type LayerName = (typeof LAYERS)[number]

interface Frame {
  readonly image: Size | null
  readonly bitmap: ImageBitmap | null
  readonly reduced: ImageBitmap | null
  readonly viewport: Viewport
  readonly stage: Size
  readonly masks: ReturnType<typeof drawnMasks>
  readonly boxes: ReturnType<typeof drawnBoxes>
  readonly clicks: readonly DrawnClick[]
  readonly aim: Point | null
  readonly session: SessionState
  readonly tool: CanvasTool | null
}

/**
 * The picture with its masks and boxes, and the tools. Konva holds the four layers and draws none of them by itself:
 * each is one shape that paints what is visible, so that thousands of masks stay one draw call deep.
 */
export function CanvasStage() {
  const app = useApp()
  const screen = useScreen()
  const session = useSession((state) => state)
  const { imageId } = session
  const { records } = useImageRecords(imageId)
  const record = imageId === null ? undefined : records.get(imageId)
  const image = record?.type === 'image' ? record : null
  const objects = useImageObjects(imageId)
  const classes = useClasses()
  const pending = useObservable(app.propose.pending)
  const picture = usePicture(imageId)
  const reduced = useReducedPicture(picture.bitmap)
  const sprites = useMemo(() => createSpriteStore(app.pictures), [app])
  const loaded = useObservable(sprites.loaded)

  const { ref: sizeRef, width, height } = useElementSize<HTMLDivElement>()
  const surface = useRef<HTMLDivElement>(null)
  const hostRef = useMergedRef(sizeRef, surface)
  const stage = { width, height }
  const viewport = effectiveViewport(session.viewport, image ?? { width: 1, height: 1 }, stage)

  const previewBoxes = useRef(NO_BOXES)
  const replacedKey = useRef<string | null>(null)
  const layers = useRef<Partial<Record<LayerName, Konva.Layer | null>>>({})
  const redraw = useCallback((...names: readonly LayerName[]) => {
    for (const name of names) layers.current[name]?.batchDraw()
  }, [])

  const tools = useMemo(() => {
    const context = createCommandContext(app, screen)
    return createStageTools(context, {
      redraw: () => redraw('brush'),
      previewBoxes: (boxes) => {
        previewBoxes.current = boxes
        redraw('boxes')
      },
      replace: (key) => {
        if (replacedKey.current === key) return
        replacedKey.current = key
        redraw('masks')
      },
    })
  }, [app, screen, redraw])
  const tool = session.tool === 'pan' ? null : tools[session.tool]

  const masks = useMemo(
    () => drawnMasks(objects, classes, session, sprites),
    // `loaded` tells that the store, which is one object for ever, has more to give.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
    [objects, classes, session.selection, session.hidden, session.allHidden, sprites, loaded],
  )
  const boxes = useMemo(
    () => drawnBoxes(objects, classes, session, pending),
    // oxlint-disable-next-line react-hooks/exhaustive-deps
    [objects, classes, session.selection, session.hidden, session.allHidden, session.locked, pending],
  )

  const clicks = drawnClicks(records, session)
  const aim = useObservable(screen.aim)

  // What the layers paint from; they run outside React, whenever Konva asks.
  const frame = useRef<Frame | null>(null)
  const composite = useMemo(createMaskComposite, [])
  useLayoutEffect(() => {
    frame.current = {
      image,
      bitmap: picture.bitmap,
      reduced,
      viewport,
      stage,
      masks,
      boxes,
      clicks,
      aim,
      session,
      tool,
    }
    redraw(...LAYERS)
  })

  const paint = useMemo(() => {
    const inImage =
      (draw: (context: CanvasRenderingContext2D, now: Frame & { image: Size }, visiblePx: Box) => void) =>
      (wrapped: Konva.Context): void => {
        const now = frame.current
        if (now === null || now.image === null) return
        const context = wrapped._context
        const { x, y, scale } = now.viewport
        context.save()
        context.translate(x, y)
        context.scale(scale, scale)
        draw(
          context,
          { ...now, image: now.image },
          {
            x: -x / scale,
            y: -y / scale,
            width: now.stage.width / scale,
            height: now.stage.height / scale,
          },
        )
        context.restore()
      }
    return {
      base: inImage((context, { bitmap, reduced, image: size, viewport: { scale } }, visiblePx) => {
        if (bitmap === null) return
        drawPicture(context, bitmap, size, { scale, visiblePx, reduced })
      }),
      masks: inImage((context, now, visiblePx) => {
        const key = replacedKey.current
        const shown = key === null ? now.masks : now.masks.filter((mask) => mask.id !== key)
        composite.draw(context, shown, now.image, {
          scale: now.viewport.scale,
          visiblePx,
          opacity: now.session.maskOpacity,
          outlineOnly: now.session.outlineOnly,
        })
      }),
      boxes: inImage((context, now, visiblePx) => {
        const moved = previewBoxes.current
        const shown =
          moved.size === 0
            ? now.boxes
            : now.boxes.map((box) => ({ ...box, boxPx: moved.get(box.id) ?? box.boxPx }))
        drawBoxes(context, shown, { scale: now.viewport.scale, visiblePx })
        for (const click of now.clicks) drawClickMark(context, click, now.viewport.scale)
        if (now.aim !== null && now.session.tool === 'smart') drawAim(context, now.aim, now.viewport.scale)
      }),
      brush: inImage((context, now) => now.tool?.draw(context, now.viewport.scale)),
    } satisfies Record<LayerName, unknown>
  }, [composite])

  useStageInput(surface, {
    image: () => image,
    stage: () => stage,
    viewport: () =>
      effectiveViewport(app.session.getState().viewport, image ?? { width: 1, height: 1 }, stage),
    setViewport: (next) => app.session.setState({ viewport: next }),
    tool: () => tool,
    isShiftWheelSmooth: () => app.session.getState().tool !== 'smart',
    shiftWheel: (by) => {
      const { tool: toolId, selection, brushRadiusPx } = app.session.getState()
      if (toolId === 'smart') {
        const [id] = selection
        if (selection.length === 1 && id?.startsWith('annotation:') === true)
          void app.propose.cycle(id as AnnotationId, by === 1 ? -1 : 1)
        return
      }
      const next = Math.round(brushRadiusPx * 1.15 ** by * 2) / 2
      app.session.setState({ brushRadiusPx: Math.min(256, Math.max(0.5, next)) })
    },
    hover: (pointPx) =>
      screen.readout.set(readoutOf(pointPx, image, app.session.getState().viewport?.scale ?? viewport.scale)),
  })

  useEffect(() => {
    screen.stageSize.set(width > 0 && height > 0 ? { width, height } : null)
    return () => screen.stageSize.set(null)
  }, [screen, width, height])
  useEffect(() => {
    screen.readout.set({ pointPx: screen.readout.get()?.pointPx ?? null, scale: viewport.scale })
  }, [screen, viewport.scale])
  useEffect(() => () => screen.readout.set(null), [screen])
  useEffect(() => {
    screen.interaction.set(tool)
    return () => {
      tool?.cancel()
      tool?.leave()
      screen.interaction.set(null)
    }
  }, [screen, tool])
  useEffect(() => {
    screen.aim.set(null)
  }, [screen, session.selection, session.tool])
  useEffect(() => {
    // A shape that was begun on one image must not end on the next.
    tool?.cancel()
  }, [imageId, tool])
  useEffect(() => {
    const canvas = layers.current.base?.getCanvas()._canvas
    const { brightness, contrast } = session
    if (canvas !== undefined)
      canvas.style.filter =
        brightness === 0 && contrast === 0
          ? ''
          : `brightness(${1 + brightness / 100}) contrast(${1 + contrast / 100})`
  }, [session, width])

  return (
    <div
      ref={hostRef}
      className="canvas-surface"
      // The canvas is one widget with keys of its own; the object list beside it says the same in words.
      role="application"
      aria-label="Canvas: draw and edit on the image. The object list beside it holds the same objects."
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
    >
      {width > 0 && height > 0 && (
        <Stage width={width} height={height} listening={false}>
          {LAYERS.map((name) => (
            <Layer
              key={name}
              listening={false}
              ref={(layer) => {
                layers.current[name] = layer
              }}
            >
              <Shape sceneFunc={paint[name]} listening={false} perfectDrawEnabled={false} />
            </Layer>
          ))}
        </Stage>
      )}
      <CanvasNotes
        objects={objects}
        pending={pending}
        viewport={viewport}
        isWaiting={image !== null && picture.bitmap === null && picture.failure === null}
        failure={picture.failure}
      />
    </div>
  )
}

function readoutOf(pointPx: Point | null, image: Size | null, scale: number) {
  if (pointPx === null || image === null) return { pointPx: null, scale }
  const x = Math.floor(pointPx.x)
  const y = Math.floor(pointPx.y)
  const isInside = x >= 0 && y >= 0 && x < image.width && y < image.height
  return { pointPx: isInside ? { x, y } : null, scale }
}
