import { pixelsInside, pixelWindow } from '../imaging/boxWindow'
import { tightnessOf } from '../quality'
import { defineGenerator } from './generator'

/** The box itself as the mask: the floor that every other generator has to beat. */
export const boxFill = defineGenerator({
  id: 'box-fill',
  version: 1,
  title: 'Filled box',
  summary: 'Takes the box itself as the mask. Right for regions that fill their box.',
  needs: [],
  params: {
    shrink: {
      kind: 'number',
      label: 'Shrink each side by',
      help: 'Share of the box width and height.',
      default: 0,
      min: 0,
      max: 0.45,
      step: 0.05,
    },
  },
  async generate({ image, boxPx }, { shrink }, _context, { signal }) {
    signal.throwIfAborted()
    const inner = {
      x: boxPx.x + shrink * boxPx.width,
      y: boxPx.y + shrink * boxPx.height,
      width: (1 - 2 * shrink) * boxPx.width,
      height: (1 - 2 * shrink) * boxPx.height,
    }
    const boundsPx = pixelWindow(inner, image)
    const mask = pixelsInside(inner, boundsPx)
    // A box thinner than a pixel may miss every centre; then it is the pixels it touches.
    if (!mask.data.includes(1)) mask.data.fill(1)
    return {
      boundsPx,
      mask,
      scores: { predictedIou: null, stability: null, tightness: tightnessOf(mask, boundsPx, boxPx) },
      isUnresolved: false,
      label: 'Filled box',
      former: null,
      evidence: null,
      alternatives: [],
      readings: [],
    }
  },
})
