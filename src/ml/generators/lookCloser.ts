import type { Box, Point } from '../../core/geometry'
import type { JobOptions } from '../../core/job'
import type { RgbaImage } from '../../core/raster'
import { dilateBox, pixelWindow } from '../imaging/boxWindow'
import { detailAnswer } from './detailAnswer'
import { orderedMasks } from './familyCandidates'
import type { Click, CropAnswer, GeneratorContext } from './generator'
import { suspicionOf } from './readAnswer'

/** A crop of 128 cells shows a box up to this long without losing its pixels twice over. */
const CROP_TILE_PX = 128

/** The surroundings of a tile that a model of input kind `image` sees besides it, as a share of its side. */
const TILE_CONTEXT = 0.25

/** A rectangle of twice the canvas and more loses thin defects on it. */
const CANVAS_SIDES = 2

type Model = NonNullable<GeneratorContext['segmenter']>

/**
 * The answer as it is for a box that the model saw well, else one that is put together from tiles.
 *
 * @param answer for the whole box
 */
export async function lookCloser(
  image: RgbaImage,
  answer: CropAnswer,
  boxPx: Box,
  clicks: readonly Click[],
  { canvasSide, segment }: Model,
  options: JobOptions,
): Promise<CropAnswer> {
  const long = Math.max(boxPx.width, boxPx.height)
  const isSeenWell = long <= (canvasSide === null ? CROP_TILE_PX : CANVAS_SIDES * canvasSide)
  if (isSeenWell) return answer
  const coarse = withBestOnly(answer, boxPx)
  const suspicion = suspicionOf(image, coarse, boxPx)
  const ask = async (promptPx: Box, tilePx: Box): Promise<CropAnswer> => {
    const regionPx = canvasSide === null ? null : pixelWindow(dilateBox(tilePx, TILE_CONTEXT, 0), image)
    const near = clicks.filter(({ pointPx, isPositive }) => isInside(pointPx, isPositive ? promptPx : tilePx))
    const tile = await segment({ boxPx: promptPx, regionPx, clicks: near, former: null })
    return withBestOnly(tile, promptPx)
  }
  return detailAnswer({ coarse, suspicion, boxPx, clicks, tilePx: canvasSide ?? CROP_TILE_PX }, ask, options)
}

/** Tiles are put together from one mask each: that which the model believes in most. */
function withBestOnly(answer: CropAnswer, boxPx: Box): CropAnswer {
  return { ...answer, candidates: orderedMasks(answer, boxPx).slice(0, 1) }
}

function isInside({ x, y }: Point, box: Box): boolean {
  return x >= box.x && y >= box.y && x <= box.x + box.width && y <= box.y + box.height
}
