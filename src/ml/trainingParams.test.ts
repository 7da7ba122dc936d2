import { describe, expect, test } from 'vitest'
import { readParams } from '../core/params'
import { firstCorrectedEpoch, TRAINING_PARAMS } from './trainingParams'

describe('warm-up of self-correction', () => {
  test('left open it is 5 % of the epochs, at least one', () => {
    const open = (epochs: number) => firstCorrectedEpoch({ correctionWarmup: null, epochs })
    expect([1, 10, 30, 100, 200].map(open)).toEqual([1, 1, 2, 5, 10])
  })

  test('a number is taken as it is, 0 included', () => {
    expect(firstCorrectedEpoch({ correctionWarmup: 0, epochs: 200 })).toBe(0)
    expect(firstCorrectedEpoch({ correctionWarmup: 15, epochs: 30 })).toBe(15)
  })

  test('null and numbers are read, anything else is refused by name', () => {
    const read = (value: number | string | null) => readParams(TRAINING_PARAMS, { correctionWarmup: value })
    expect(read(null).values.correctionWarmup).toBeNull()
    expect(read(0).values.correctionWarmup).toBe(0)
    expect(read(null).issues.concat(read(0).issues)).toEqual([])
    expect(read('auto').issues).toEqual([
      {
        name: 'correctionWarmup',
        message: '"correctionWarmup" must be a number from 0 to 200, or null (5 % of epochs), got "auto"',
      },
    ])
  })
})
