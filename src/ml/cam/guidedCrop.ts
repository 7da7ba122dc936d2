import type { Point } from '../../core/geometry'
import type { Random } from '../../core/random'
import type { ViewRect } from './classifier'
import { sampleBeta } from './sampleBeta'

/** Share of the picture's area that a crop covers, uniform (our reconstruction, methods/cam-pseudo-masks.md, A4). */
const AREA = { min: 0.15, max: 0.6 }
/** Width by height relative to the picture's own, log-uniform (our reconstruction). */
const ASPECT = { min: 0.75, max: 1.333 }
/** Beta(.6, .6) favours the rim of the box, so that crops differ (known component: ContrastiveCrop). */
const CENTRE_BETA = 0.6
const TRIES = 10

/**
 * A crop around what the classifier sees, as shares of the picture: its centre lies in the box by Beta(.6, .6), it is
 * moved inside the picture, and it contains the peak. Null after 10 centres without the peak: take the whole picture.
 * The size is drawn once, not with each try: drawing it again would favour large crops of defects over those of clean
 * pictures, and size would tell the label. Our reconstruction (methods/cam-pseudo-masks.md, A4).
 *
 * @param box, peak as `guidedBox` gives them
 */
export function sampleGuidedCrop(box: ViewRect, peak: Point, random: Random): ViewRect | null {
  const { width, height } = sampleCropSize(random)
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const centreX = box.x + box.width * sampleBeta(CENTRE_BETA, CENTRE_BETA, random)
    const centreY = box.y + box.height * sampleBeta(CENTRE_BETA, CENTRE_BETA, random)
    const x = clamp(centreX - width / 2, 1 - width)
    const y = clamp(centreY - height / 2, 1 - height)
    const hasPeak = peak.x >= x && peak.x <= x + width && peak.y >= y && peak.y <= y + height
    if (hasPeak) return { x, y, width, height }
  }
  return null
}

/** A crop anywhere in a clean picture, of the same sizes as guided crops, else the size of a crop leaks the label. */
export function sampleFreeCrop(random: Random): ViewRect {
  const { width, height } = sampleCropSize(random)
  return { x: random.next() * (1 - width), y: random.next() * (1 - height), width, height }
}

/** Never larger than the picture: width <= sqrt(.6 * 1.333) < 1, height <= sqrt(.6 / .75) < 1. */
function sampleCropSize(random: Random): { readonly width: number; readonly height: number } {
  const area = AREA.min + (AREA.max - AREA.min) * random.next()
  const aspect = Math.exp(
    Math.log(ASPECT.min) + (Math.log(ASPECT.max) - Math.log(ASPECT.min)) * random.next(),
  )
  return { width: Math.sqrt(area * aspect), height: Math.sqrt(area / aspect) }
}

function clamp(value: number, max: number): number {
  return Math.min(Math.max(value, 0), max)
}
