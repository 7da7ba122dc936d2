import type { Box, Point, Size } from '../../core/geometry'
import type { Viewport } from '../../app/sessionStore'

/** Screen pixels between the picture and the window's edge when it is fitted. */
const FIT_MARGIN_STAGE = 24
/** A pixel never grows beyond 64 screen pixels, and the picture never shrinks below 1/4 of its fitted size. */
const MAX_SCALE = 64
const MIN_SHARE_OF_FIT = 0.25
/** So much of the picture stays in the window, so that it cannot be lost. */
const KEEP_VISIBLE_STAGE = 48

/** Scale and position that show the whole picture, centred. */
export function fitViewport(image: Size, stage: Size): Viewport {
  const scale = fitScale(image, stage)
  return centre(scale, { x: image.width / 2, y: image.height / 2 }, stage)
}

function fitScale(image: Size, stage: Size): number {
  const across = (stage.width - 2 * FIT_MARGIN_STAGE) / image.width
  const down = (stage.height - 2 * FIT_MARGIN_STAGE) / image.height
  return Math.max(Math.min(across, down, MAX_SCALE), 1e-4)
}

/** The viewport in force: the session's, or the fitted one while it has none. */
export function effectiveViewport(viewport: Viewport | null, image: Size, stage: Size): Viewport {
  return viewport ?? fitViewport(image, stage)
}

export function stageToImage(viewport: Viewport, pointStage: Point): Point {
  return {
    x: (pointStage.x - viewport.x) / viewport.scale,
    y: (pointStage.y - viewport.y) / viewport.scale,
  }
}

export function imageToStage(viewport: Viewport, pointPx: Point): Point {
  return { x: pointPx.x * viewport.scale + viewport.x, y: pointPx.y * viewport.scale + viewport.y }
}

/** Scales by `factor` and keeps the image point under `pointStage` where it is. */
export function zoomAt(
  viewport: Viewport,
  pointStage: Point,
  factor: number,
  { image, stage }: { image: Size; stage: Size },
): Viewport {
  const least = Math.min(fitScale(image, stage) * MIN_SHARE_OF_FIT, 1)
  const scale = Math.min(MAX_SCALE, Math.max(least, viewport.scale * factor))
  const fixed = stageToImage(viewport, pointStage)
  return keepInSight(
    { scale, x: pointStage.x - fixed.x * scale, y: pointStage.y - fixed.y * scale },
    { image, stage },
  )
}

export function panBy(
  viewport: Viewport,
  byStage: Point,
  sizes: { readonly image: Size; readonly stage: Size },
): Viewport {
  return keepInSight({ ...viewport, x: viewport.x + byStage.x, y: viewport.y + byStage.y }, sizes)
}

/** One image pixel on one screen pixel, around the point that is in the middle now. */
export function actualSize(viewport: Viewport, stage: Size): Viewport {
  return centre(1, stageToImage(viewport, { x: stage.width / 2, y: stage.height / 2 }), stage)
}

/** Shows a box with as much again around it. */
export function zoomToBox(boxPx: Box, image: Size, stage: Size): Viewport {
  const wanted = Math.min(stage.width / (boxPx.width * 2), stage.height / (boxPx.height * 2))
  // A box of a few pixels needs its surroundings more than it needs size.
  const scale = Math.min(Math.max(wanted, fitScale(image, stage)), 24)
  return centre(scale, { x: boxPx.x + boxPx.width / 2, y: boxPx.y + boxPx.height / 2 }, stage)
}

function centre(scale: number, pointPx: Point, stage: Size): Viewport {
  return { scale, x: stage.width / 2 - pointPx.x * scale, y: stage.height / 2 - pointPx.y * scale }
}

function keepInSight(
  viewport: Viewport,
  { image, stage }: { readonly image: Size; readonly stage: Size },
): Viewport {
  const limit = (at: number, length: number, room: number): number => {
    const keep = Math.min(KEEP_VISIBLE_STAGE, length)
    return Math.min(room - keep, Math.max(keep - length, at))
  }
  return {
    scale: viewport.scale,
    x: limit(viewport.x, image.width * viewport.scale, stage.width),
    y: limit(viewport.y, image.height * viewport.scale, stage.height),
  }
}
