import type { Size } from '../../core/geometry'
import { emptyMask, type BinaryMask, type RgbaImage, type ScoreMap } from '../../core/raster'
import { dilate } from '../raster/morphology'
import type { CamParams } from './camParams'
import { ringStd } from './inpaint/ringStd'
import { normaliseCam } from './normaliseCam'
import { sharpenByResidual } from './sharpenByResidual'

/** Below it the classifier misses its own training image (our reconstruction, methods/cam-pseudo-masks.md, §6). */
const MISSED_SCORE = 0.5
/** A round must add this many pixels and this share of the mask, else it was the last. */
const ADDED = { leastPx: 9, leastShare: 0.01 }
/** What is painted over reaches beyond the activation: share of the image's diagonal, and at least this. */
const DILATION = { shareOfDiagonal: 0.01, leastPx: 2 }
/** Surfaces more uneven than this (levels of 255) are not sharpened: there every fill differs from the picture. */
const EVEN_RING_STD = 20

/** What the classifier says of a picture for one class. */
export interface CamAnswer {
  /** Probability of the class, 0..1. */
  readonly score: number
  /** Activation of the picture's size, after ReLU, not normalised (`sumCams`). */
  readonly cam: ScoreMap
}

/**
 * Why the extension ended.
 * - `missed`: the classifier does not see the class in the picture as it is; nothing was extended, a person should look.
 * - `score`: what is left no longer looks defective.
 * - `nothing-new`: the round found next to nothing outside what was found before.
 * - `too-large`: the mask would cover more than the largest share; what is left could not guide a fill.
 * - `rounds`: all rounds were used.
 */
export type ExtensionStop = 'missed' | 'score' | 'nothing-new' | 'too-large' | 'rounds'

/** One round, as a person can watch it. Everything has the picture's size. */
export interface ExtensionStep {
  /** From 0. */
  readonly round: number
  /** Score of the picture this round began with. */
  readonly score: number
  /** Ct: this round's activation with the mask so far set to 0, normalised to 0..1. */
  readonly cam: ScoreMap
  /** N \ M: what this round found beyond the mask so far, before dilation; empty where the round took nothing. */
  readonly added: BinaryMask
  /** M after this round. */
  readonly mask: BinaryMask
  /** The original with M painted over: what the next round looks at. */
  readonly picture: RgbaImage
  /** A after this round: max over the rounds of score times activation, 0..1. */
  readonly accumulated: ScoreMap
  /** Null: another round follows. */
  readonly stop: ExtensionStop | null
}

export interface ExtensionResult {
  /** C of the whole defect, 0..1. With `missed` the plain normalised CAM of the picture. */
  readonly map: ScoreMap
  readonly stop: ExtensionStop
  /** The residual sharpened the map. */
  readonly isSharpened: boolean
}

export interface ExtensionWork {
  readonly ask: (picture: RgbaImage) => Promise<CamAnswer>
  /** G(x, M), always of the original picture. */
  readonly inpaint: (picture: RgbaImage, mask: BinaryMask) => Promise<RgbaImage>
}

export interface ExtensionOptions {
  /** Instead of 1 % of the diagonal, at least 2 px; 0: none. */
  readonly dilationPx?: number
  /** Instead of 9. */
  readonly leastAddedPx?: number
}

type ExtensionParams = Pick<
  CamParams,
  'inpaintRounds' | 'stopScore' | 'addThreshold' | 'maximalShare' | 'sharpen'
>

/**
 * Extends an activation map over the whole defect: what was found is replaced by normal surface, and the classifier is
 * asked again; whatever it still sees is a further part. Yields every round and returns the final map.
 * That an inpainting extension generates the final CAM is stated by the source; the procedure is our reconstruction
 * (methods/cam-pseudo-masks.md, §6).
 */
export async function* extendByInpainting(
  image: RgbaImage,
  params: ExtensionParams,
  { ask, inpaint }: ExtensionWork,
  { dilationPx = dilationOf(image), leastAddedPx = ADDED.leastPx }: ExtensionOptions = {},
): AsyncGenerator<ExtensionStep, ExtensionResult, undefined> {
  let accumulated: ScoreMap = {
    width: image.width,
    height: image.height,
    data: new Float32Array(image.width * image.height),
  }
  let mask = emptyMask(image)
  let picture = image
  for (let round = 0; ; round++) {
    const { score, cam: activation } = await ask(picture)
    const cam = normaliseCam(without(activation, mask))
    const step = (stop: ExtensionStop | null, added: BinaryMask): ExtensionStep => ({
      round,
      score,
      cam,
      added,
      mask,
      picture,
      accumulated,
      stop,
    })
    if (round === 0 && score < MISSED_SCORE) {
      yield step('missed', emptyMask(image))
      return { map: cam, stop: 'missed', isSharpened: false }
    }
    if (score < params.stopScore) {
      yield step('score', emptyMask(image))
      // A stop above .5 can end the extension before it began: the plain map is what there is.
      return round === 0 ? { map: cam, stop: 'score', isSharpened: false } : finish('score')
    }
    accumulated = maximum(accumulated, cam, score)
    // Ct is 0 inside M, so N = (Ct > threshold) is N \ M already.
    const added = above(cam, params.addThreshold)
    if (areaOf(added) < Math.max(leastAddedPx, ADDED.leastShare * areaOf(mask))) {
      yield step('nothing-new', emptyMask(image))
      return finish('nothing-new')
    }
    const grown = union(mask, dilationPx > 0 ? dilate(added, dilationPx) : added)
    if (areaOf(grown) > params.maximalShare * image.width * image.height) {
      yield step('too-large', emptyMask(image))
      return finish('too-large')
    }
    mask = grown
    picture = await inpaint(image, mask)
    const stop = round + 1 >= params.inpaintRounds ? 'rounds' : null
    yield step(stop, added)
    if (stop !== null) return finish(stop)
  }

  function finish(stop: ExtensionStop): ExtensionResult {
    const map = normaliseCam(accumulated)
    const isSharpened =
      params.sharpen === 'on' || (params.sharpen === 'auto' && ringStd(image, mask) <= EVEN_RING_STD)
    if (!isSharpened || areaOf(mask) === 0) return { map, stop, isSharpened: false }
    return { map: sharpenByResidual(map, image, picture, mask), stop, isSharpened }
  }
}

function dilationOf({ width, height }: Size): number {
  return Math.max(DILATION.leastPx, DILATION.shareOfDiagonal * Math.hypot(width, height))
}

function without(map: ScoreMap, mask: BinaryMask): ScoreMap {
  return { ...map, data: map.data.map((value, p) => (mask.data[p] === 0 ? value : 0)) }
}

function maximum(accumulated: ScoreMap, cam: ScoreMap, score: number): ScoreMap {
  return {
    ...accumulated,
    data: accumulated.data.map((value, p) => Math.max(value, score * cam.data[p]!)),
  }
}

function above({ width, height, data }: ScoreMap, threshold: number): BinaryMask {
  return { width, height, data: Uint8Array.from(data, (value) => (value > threshold ? 1 : 0)) }
}

function union(a: BinaryMask, b: BinaryMask): BinaryMask {
  return { width: a.width, height: a.height, data: a.data.map((bit, p) => bit | b.data[p]!) }
}

function areaOf({ data }: BinaryMask): number {
  let area = 0
  for (const bit of data) area += bit
  return area
}
