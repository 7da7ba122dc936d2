import type { JobOptions } from '../../core/job'
import type { Box } from '../../core/geometry'
import type { BinaryMask, RgbaImage } from '../../core/raster'
import { emptyMask } from '../../core/raster'
import { dilateBox, pixelsInside, pixelWindow } from '../imaging/boxWindow'
import { otsuInBox } from '../imaging/otsu'
import { tightnessOf } from '../quality'
import { cleanUpMask, isUnresolvedMask } from './cleanUp'
import type { GeneratedMask, GeneratorContext, GeneratorInput } from './generator'

/** One bin for each grey value of an 8-bit picture. */
const BINS = 256

/** The surface around the box is judged on a ring of this share of the longer side, the ring a segmenter sees. */
const RING_SHARE = 0.3

/** What the Otsu generator does; its form is in otsu.ts. */
export async function otsuMask(
  { image, boxPx }: GeneratorInput,
  { cleanUp }: { readonly cleanUp: boolean },
  _context: GeneratorContext,
  { signal }: JobOptions,
): Promise<GeneratedMask> {
  signal.throwIfAborted()
  const ringPx = Math.max(1, RING_SHARE * Math.max(boxPx.width, boxPx.height))
  const window = pixelWindow(dilateBox(boxPx, 0, ringPx), image)
  const found = otsuInBox(luminanceOfWindow(image, window), pixelsInside(boxPx, window), BINS)
  const boundsPx = pixelWindow(boxPx, image)
  const cut = cutOut(found, window, boundsPx)
  const mask = cleanUp ? cleanUpMask(cut) : cut
  const isUnresolved = isUnresolvedMask(mask, boxPx)
  return {
    boundsPx,
    mask: isUnresolved ? emptyMask(mask) : mask,
    scores: { predictedIou: null, stability: null, tightness: tightnessOf(mask, boundsPx, boxPx) },
    isUnresolved,
    label: 'Otsu',
    former: null,
    evidence: null,
    alternatives: [],
    readings: [],
  }
}

/** Mean of red, green and blue, 0..255, of the pixels of a window with integer corners. */
function luminanceOfWindow({ width, data }: RgbaImage, window: Box): Float32Array {
  const luminance = new Float32Array(window.width * window.height)
  for (let y = 0; y < window.height; y++) {
    for (let x = 0; x < window.width; x++) {
      const at = ((window.y + y) * width + window.x + x) * 4
      luminance[y * window.width + x] = (data[at]! + data[at + 1]! + data[at + 2]!) / 3
    }
  }
  return luminance
}

/** The part of a window's mask that lies in a smaller window. */
function cutOut(mask: BinaryMask, window: Box, part: Box): BinaryMask {
  const cut = emptyMask(part)
  for (let y = 0; y < part.height; y++) {
    const from = (part.y - window.y + y) * window.width + part.x - window.x
    cut.data.set(mask.data.subarray(from, from + part.width), y * part.width)
  }
  return cut
}
