import type { RgbaImage } from '../../core/raster'

/** Below this share of certainty nothing is drawn: a grey veil over sound surface says nothing. */
const FLOOR = 0.1
/** Opacity of a pixel the student is sure about, 0..1. */
const STRONGEST = 0.62

/**
 * The student's defect probability as a translucent picture to lay over the photograph.
 * `defect` is (height, width), 0..255. The colour goes from violet (doubt) over orange to yellow (sure), so that
 * certainty shows in brightness as well as in hue; opacity rises with it from nothing, so that the doubt of the first
 * epochs does not veil the picture.
 */
export function probabilityOverlay(defect: Uint8Array, width: number, height: number): RgbaImage {
  const data = new Uint8ClampedArray(width * height * 4)
  for (let p = 0; p < width * height; p++) {
    const probability = defect[p]! / 255
    if (probability < FLOOR) continue
    const [red, green, blue] = colourOf(probability)
    data[p * 4] = red
    data[p * 4 + 1] = green
    data[p * 4 + 2] = blue
    data[p * 4 + 3] = (255 * STRONGEST * (probability - FLOOR)) / (1 - FLOOR)
  }
  return { width, height, data }
}

const STOPS: readonly (readonly [number, readonly [number, number, number]])[] = [
  [0, [116, 58, 176]],
  [0.5, [235, 94, 64]],
  [1, [255, 221, 66]],
]

function colourOf(probability: number): readonly [number, number, number] {
  const upper = probability < 0.5 ? 1 : 2
  const [from, low] = STOPS[upper - 1]!
  const [to, high] = STOPS[upper]!
  const share = (probability - from) / (to - from)
  return [
    low[0] + share * (high[0] - low[0]),
    low[1] + share * (high[1] - low[1]),
    low[2] + share * (high[2] - low[2]),
  ]
}
