import { assert } from '../../core/assert'
import { decodeHalf } from '../../ml/float16'
import type { FeaturePack } from '../../ml/training'
import type { LevelStandard } from '../students/student'

/** A channel that never changes is centred and otherwise left alone. */
const STD_FLOOR = 1e-4

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
