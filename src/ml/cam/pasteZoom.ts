import type { ScoreMap } from '../../core/raster'
import { resizeScores } from '../raster/resize'
import type { ViewRect } from './classifier'

/**
 * Joins the map of a whole picture and that of a closer look at a rectangle of it: each divided by its own maximum, the
 * greater counts, in the scale of the whole map. Outside the rectangle nothing changes.
 * Our reconstruction (methods/cam-pseudo-masks.md, B3).
 *
 * @param whole activations >= 0 on the picture's grid
 * @param zoomed activations of the rectangle on a grid of its own, which covers it
 */
export function pasteZoom(whole: ScoreMap, zoomed: ScoreMap, rect: ViewRect): ScoreMap {
  const left = Math.floor(rect.x * whole.width)
  const top = Math.floor(rect.y * whole.height)
  const width = Math.min(whole.width - left, Math.max(1, Math.round(rect.width * whole.width)))
  const height = Math.min(whole.height - top, Math.max(1, Math.round(rect.height * whole.height)))
  const wholeMax = maximum(whole.data)
  const zoomedMax = maximum(zoomed.data)
  if (wholeMax === 0 || zoomedMax === 0) return whole
  const closer = resizeScores(zoomed, { width, height })
  const data = whole.data.slice()
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const p = (top + y) * whole.width + left + x
      data[p] = Math.max(data[p]!, (closer.data[y * width + x]! / zoomedMax) * wholeMax)
    }
  }
  return { width: whole.width, height: whole.height, data }
}

function maximum(values: Float32Array): number {
  let max = 0
  for (const value of values) if (value > max) max = value
  return max
}
