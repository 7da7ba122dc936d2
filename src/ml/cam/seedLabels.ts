import { assert } from '../../core/assert'
import { IGNORE, type LabelMap, type ScoreMap } from '../../core/raster'

export interface SeedThresholds {
  /** Class k where C_k is the greatest and exceeds this. */
  readonly foreground: number
  /** Background where no C exceeds this. */
  readonly background: number
}

/**
 * Seeds: class index 1..K where C > foreground (the greatest C; the first of equals), 0 where every C <= background,
 * 255 between. Known component: seeds of irn with .30 and .05 (methods/cam-pseudo-masks.md, D1).
 *
 * @param maps one C a class, 0..1, of one size; at least one
 */
export function seedLabels(maps: readonly ScoreMap[], { foreground, background }: SeedThresholds): LabelMap {
  const [first] = maps
  assert(first !== undefined, 'seeds need a map')
  const data = new Uint8Array(first.data.length)
  for (let p = 0; p < data.length; p++) {
    let best = 0
    for (let k = 1; k < maps.length; k++) if (maps[k]!.data[p]! > maps[best]!.data[p]!) best = k
    const value = maps[best]!.data[p]!
    data[p] = value > foreground ? best + 1 : value <= background ? 0 : IGNORE
  }
  return { width: first.width, height: first.height, data }
}
