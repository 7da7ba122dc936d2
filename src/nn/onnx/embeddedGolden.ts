import type { Box } from '../../core/geometry'
import type { RgbaImage } from '../../core/raster'
import { cropFrameOf } from '../../ml/imaging/gridFrame'
import type { EmbeddedModel } from './embeddedManifest'
import { prepareCrop, segmentCrop } from './embeddedSegmenter'
import type { EmbeddedSessions } from './session'

/**
 * The part of `golden.json` that is checked in the tab before a backend is trusted: what torch says about one box
 * on a picture that every language can draw. The test beside the runtime checks the rest.
 */
export interface EmbeddedGolden {
  readonly picture: { readonly width: number; readonly height: number }
  readonly boxPx: Box
  /** Logits at some pixels of the crop's grid. */
  readonly logits: readonly { readonly x: number; readonly y: number; readonly value: number }[]
}

/** The picture of training/golden.py: value(x, y, c) by a formula of whole numbers. */
export function goldenPicture({ width, height }: EmbeddedGolden['picture']): RgbaImage {
  const data = new Uint8ClampedArray(width * height * 4).fill(255)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const spot = (x - 30) ** 2 + (y - 22) ** 2 * 2 < 90 ? 70 : 0
      for (let c = 0; c < 3; c++) {
        data[(y * width + x) * 4 + c] = (100 + x + 2 * y + 10 * c + ((x * 7 + y * 13) % 23) - spot) % 256
      }
    }
  }
  return { width, height, data }
}

/** Null for a file that has no such numbers: then there is nothing to compare with. */
export function readGolden(json: unknown): EmbeddedGolden | null {
  const { picture, cases } = (json ?? {}) as { picture?: EmbeddedGolden['picture']; cases?: unknown }
  const first = (Array.isArray(cases) ? cases[0] : null) as {
    boxPx?: { x: number; y: number; w: number; h: number }
    logits?: EmbeddedGolden['logits']
  } | null
  if (typeof picture?.width !== 'number' || typeof picture.height !== 'number') return null
  if (!first?.boxPx || !Array.isArray(first.logits) || first.logits.length === 0) return null
  const { x, y, w, h } = first.boxPx
  const numbers = [x, y, w, h, ...first.logits.flatMap((probe) => [probe.x, probe.y, probe.value])]
  if (!numbers.every(Number.isFinite)) return null
  return { picture, boxPx: { x, y, width: w, height: h }, logits: first.logits }
}

/** The greatest |difference| to the stored logits, relative to the greatest of them. */
export async function goldenDifference(
  sessions: EmbeddedSessions,
  model: EmbeddedModel,
  { picture, boxPx, logits: expected }: EmbeddedGolden,
): Promise<number> {
  const { cropFactor, cropSide } = model.input
  const frame = cropFrameOf(boxPx, cropFactor, cropSide)
  const prompt = { boxPx, clicks: [], formerLogits: null }
  const crop = prepareCrop(goldenPicture(picture), frame, prompt, model)
  const { logits } = await segmentCrop(sessions, model, crop, false)
  let scale = 0
  let difference = 0
  for (const { x, y, value } of expected) {
    scale = Math.max(scale, Math.abs(value))
    difference = Math.max(difference, Math.abs(logits[y * cropSide + x]! - value))
  }
  return difference / scale
}
