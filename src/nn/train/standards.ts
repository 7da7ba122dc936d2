import { assert } from '../../core/assert'
import { decodeHalf } from '../../ml/float16'
import type { FeaturePack } from '../../ml/training'
import type { LevelStandard, StudentNetwork } from '../students/student'

/** A channel that never changes is centred and otherwise left alone. */
const STD_FLOOR = 1e-4

/** What features are standardised by before `network` sees them; packs of pictures without features give none. */
export function standardsFor(
  { standardisesFeatures }: StudentNetwork,
  packs: readonly FeaturePack[],
): LevelStandard[] {
  if (standardisesFeatures) return computeStandards(packs)
  assert(packs.length > 0, 'the levels of the features are those of a picture')
  return packs[0]!.levels.map(({ channels }) => ({
    mean: new Float32Array(channels),
    std: new Float32Array(channels).fill(1),
  }))
}

/** Mean and standard deviation of every channel over all pixels of all packs, for each level. */
export function computeStandards(packs: readonly FeaturePack[]): LevelStandard[] {
  assert(packs.length > 0, 'features are standardised over at least one picture')
  return packs[0]!.levels.map(({ channels }, level) => {
    const sum = new Float64Array(channels)
    const squares = new Float64Array(channels)
    let count = 0
    for (const pack of packs) {
      const values = decodeHalf(pack.levels[level]!.data)
      for (let i = 0; i < values.length; i += channels) {
        for (let c = 0; c < channels; c++) {
          const value = values[i + c]!
          sum[c]! += value
          squares[c]! += value * value
        }
      }
      count += values.length / channels
    }
    const mean = Float32Array.from(sum, (s) => s / count)
    const std = Float32Array.from(squares, (s, c) => {
      const m = sum[c]! / count
      return Math.max(STD_FLOOR, Math.sqrt(Math.max(0, s / count - m * m)))
    })
    return { mean, std }
  })
}
