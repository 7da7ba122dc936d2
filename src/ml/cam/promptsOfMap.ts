import { clipBox, growBox, type Box, type Point } from '../../core/geometry'
import type { ScoreMap } from '../../core/raster'
import { connectedComponents } from '../raster/components'

/** A place where an activation map asks for a mask. */
export interface MapPrompt {
  /** Tight box of the place, grown, inside the picture. */
  readonly boxPx: Box
  /** Centre of its strongest pixel. */
  readonly peakPx: Point
  /** Greatest activation, 0..1. */
  readonly peak: number
}

/** Smaller places are noise of the enlargement. */
const MIN_AREA_PX = 9
/** More of them than this and the map says nothing about where. */
const MAX_PROMPTS = 8

/**
 * Turns an activation map into prompts of a promptable segmenter: each 8-connected place above the threshold is a box,
 * its strongest pixel a positive click; strongest first. A map is a good seed and a poor mask: where its peak lies tells
 * more than its outline (measured, docs/benchmarks.md). Our own step, no part of the source's method.
 *
 * @param map C, 0..1, at the picture's size
 * @param growthShare of each box side, added on every side
 */
export function promptsOfMap(map: ScoreMap, threshold: number, growthShare: number): MapPrompt[] {
  const above = { ...map, data: Uint8Array.from(map.data, (value) => (value > threshold ? 1 : 0)) }
  const places = connectedComponents(above, 8).filter(({ areaPx }) => areaPx >= MIN_AREA_PX)
  return places
    .flatMap(({ boundsPx, mask }): MapPrompt[] => {
      let peak = -1
      let peakPx = { x: 0, y: 0 }
      for (let p = 0; p < mask.data.length; p++) {
        if (mask.data[p] === 0) continue
        const x = boundsPx.x + (p % mask.width)
        const y = boundsPx.y + Math.floor(p / mask.width)
        const value = map.data[y * map.width + x]!
        if (value <= peak) continue
        peak = value
        peakPx = { x: x + 0.5, y: y + 0.5 }
      }
      const growthPx = growthShare * Math.max(boundsPx.width, boundsPx.height)
      const boxPx = clipBox(growBox(boundsPx, growthPx), map)
      return boxPx === null ? [] : [{ boxPx, peakPx, peak }]
    })
    .sort((a, b) => b.peak - a.peak)
    .slice(0, MAX_PROMPTS)
}
