import { clipBox, growBox, type Box, type Size } from '../../core/geometry'
import type { RgbaImage, ScoreMap } from '../../core/raster'
import { resizeRgba, resizeScores } from '../raster/resize'
import { boundsAbove } from './boundsAbove'
import type { CrfParams, PseudoLabelParams } from './camParams'
import type { CrfInput } from './crf/meanField'
import { cutWindow } from './cutWindow'
import { powerProbabilities, seedProbabilities } from './unaryProbabilities'

/** Long side of what the CRF works on, px. */
const WORKING_SIDE = 256
/** The long side of the pictures that the usual range of the colour term was found on (methods/cam-pseudo-masks.md, D2). */
const COLOUR_RANGE_SIDE = 500

export type RefineByCrf = (request: CrfInput) => Promise<Float32Array>

/** What the CRF made of a window of the picture; outside it everything is background. */
export interface RefinedWindow {
  readonly windowPx: Box
  /** Background first, then the classes: probabilities of the window's size. */
  readonly probabilities: readonly ScoreMap[]
}

/**
 * Refines class maps by the dense CRF in the part of the picture that matters: the bounds of C > half the foreground
 * threshold, grown by twice the colour range, shrunk to at most 256 px; the answer is enlarged again bilinearly. The
 * colour range is scaled with the working resolution, range * (long side of the whole picture at that scale) / 500.
 * Null where no map reaches half the threshold. Window and scaling are our reconstruction
 * (methods/cam-pseudo-masks.md, D2), of which "working width" is read as the long side, for upright pictures.
 *
 * @param maps one C a class, 0..1, of the picture's size; at least one
 */
export async function refineMaps(
  image: RgbaImage,
  maps: readonly ScoreMap[],
  params: PseudoLabelParams,
  refine: RefineByCrf,
): Promise<RefinedWindow | null> {
  const windowPx = windowOf(image, maps, params)
  if (windowPx === null) return null
  const scale = Math.min(1, WORKING_SIDE / Math.max(windowPx.width, windowPx.height))
  const working = {
    width: Math.max(1, Math.round(windowPx.width * scale)),
    height: Math.max(1, Math.round(windowPx.height * scale)),
  }
  const small = maps.map((map) => resizeScores(cutWindow(map, windowPx), working))
  const answer = await refine({
    image: resizeRgba(cutWindow(image, windowPx), working),
    probabilities:
      params.crfFrom === 'seeds'
        ? seedProbabilities(small, params)
        : powerProbabilities(small, params.backgroundPower),
    classCount: maps.length,
    params: crfParamsAt(params, (Math.max(image.width, image.height) * scale) / COLOUR_RANGE_SIDE),
  })
  return { windowPx, probabilities: enlarge(answer, maps.length + 1, working, windowPx) }
}

function windowOf(image: Size, maps: readonly ScoreMap[], params: PseudoLabelParams): Box | null {
  let left = Infinity
  let right = -Infinity
  let top = Infinity
  let bottom = -Infinity
  for (const map of maps) {
    const bounds = boundsAbove(map, 0.5 * params.foreground)
    if (bounds === null) continue
    left = Math.min(left, bounds.x)
    right = Math.max(right, bounds.x + bounds.width)
    top = Math.min(top, bounds.y)
    bottom = Math.max(bottom, bounds.y + bounds.height)
  }
  if (left === Infinity) return null
  const bounds = { x: left, y: top, width: right - left, height: bottom - top }
  return clipBox(growBox(bounds, Math.round(2 * params.crfColourPx)), image)
}

function crfParamsAt(params: PseudoLabelParams, colourScale: number): CrfParams {
  return {
    smoothWeight: params.crfSmoothWeight,
    smoothPx: params.crfSmoothPx,
    colourWeight: params.crfColourWeight,
    colourPx: params.crfColourPx * colourScale,
    colourLevels: params.crfColourLevels,
    iterations: params.crfIterations,
  }
}

function enlarge(answer: Float32Array, labels: number, working: Size, to: Size): ScoreMap[] {
  const plane = working.width * working.height
  return Array.from({ length: labels }, (_, label) =>
    resizeScores({ ...working, data: answer.slice(label * plane, (label + 1) * plane) }, to),
  )
}
