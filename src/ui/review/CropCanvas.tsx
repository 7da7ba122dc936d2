import { useEffect, useRef, useState } from 'react'
import type { RecordsView } from '../../domain/live'
import type { ReviewItem } from '../../domain/reviewQueue'
import { zoomToBox } from '../canvas/viewport'
import { usePicture } from '../usePicture'
import { drawBox, drawMaskLayer } from './maskLayer'
import type { ReviewView } from './reviewController'
import { useReviewLayers } from './useReviewLayers'

/** Wait before a picture that is not in memory is read: rows that only fly by while scrolling read nothing. */
const SETTLE_MS = 90

/** A small picture of a queue item: the surroundings of its mask with the mask drawn in. */
export function CropCanvas({
  records,
  item,
  view,
  width,
  height,
}: {
  records: RecordsView
  item: ReviewItem
  view: ReviewView
  width: number
  height: number
}) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const [settledKey, setSettledKey] = useState<string | null>(null)
  const { bitmap } = usePicture(settledKey === item.key ? item.imageId : null)
  const { layers, focusPx, promptBoxPx } = useReviewLayers(records, item, view)

  useEffect(() => {
    const timer = setTimeout(() => setSettledKey(item.key), SETTLE_MS)
    return () => clearTimeout(timer)
  }, [item.key])

  useEffect(() => {
    const context = canvas.current?.getContext('2d') ?? null
    if (canvas.current === null || context === null) return
    const ratio = window.devicePixelRatio
    canvas.current.width = Math.round(width * ratio)
    canvas.current.height = Math.round(height * ratio)
    if (bitmap === null) return
    const viewport = zoomToBox(focusPx, bitmap, { width, height })
    const scale = viewport.scale * ratio
    context.imageSmoothingEnabled = viewport.scale < 2
    context.imageSmoothingQuality = 'medium'
    context.setTransform(scale, 0, 0, scale, viewport.x * ratio, viewport.y * ratio)
    context.drawImage(bitmap, 0, 0)
    if (promptBoxPx !== null && layers.length === 0) drawBox(context, promptBoxPx, { viewport, ratio })
    const lineShare = width < 64 ? 0.4 : 0.6
    for (const layer of layers) drawMaskLayer(context, layer, { viewport, ratio, opacity: 0.45, lineShare })
  }, [bitmap, layers, focusPx, promptBoxPx, width, height])

  return <canvas ref={canvas} style={{ width, height, display: 'block' }} aria-hidden />
}
