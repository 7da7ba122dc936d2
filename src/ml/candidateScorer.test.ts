import { describe, expect, test } from 'vitest'
import { AppError } from '../core/errors'
import golden from './generators/__fixtures__/candidates.json' with { type: 'json' }
import { predictIou, readCandidateChoice } from './candidateScorer'

const choice = golden.calibration.choice

describe('predicted IoU', () => {
  test('standardises, adds up with ReLU between layers, and ends in a logistic function', () => {
    const scorer = {
      version: 1,
      features: ['agreement', 'boxFill'],
      mean: [1, 0],
      std: [2, 1],
      layers: [
        {
          weights: [
            [1, 1],
            [-1, 0],
          ],
          bias: [0, 0.5],
        },
        { weights: [[2, 3]], bias: [-1] },
      ],
    }
    // Standardised 2 and 4: hidden 6 and max(-1.5, 0) = 0; output 2 * 6 - 1 = 11.
    expect(predictIou(scorer, [5, 4])).toBeCloseTo(1 / (1 + Math.exp(-11)), 12)
  })
})

describe('reading the choice of a manifest', () => {
  test('takes what the recipe writes', () => {
    expect(readCandidateChoice(choice)).toEqual(choice)
  })

  const { scorer } = choice
  test.each([
    { broken: { ...choice, adaptWeight: undefined }, names: 'choice.adaptWeight' },
    { broken: { ...choice, preferredKind: 3 }, names: 'choice.preferredKind' },
    { broken: { ...choice, scorer: { ...scorer, features: ['charm', ...scorer.features] } }, names: 'charm' },
    { broken: { ...choice, scorer: { ...scorer, mean: scorer.mean.slice(1) } }, names: 'scorer.mean' },
    { broken: { ...choice, scorer: { ...scorer, std: scorer.std.map(() => 0) } }, names: 'scorer.std' },
    {
      broken: { ...choice, scorer: { ...scorer, layers: scorer.layers.slice(0, 1) } },
      names: 'scorer.layers',
    },
    {
      broken: { ...choice, scorer: { ...scorer, layers: scorer.layers.toReversed() } },
      names: 'scorer.layers[0]',
    },
    { broken: null, names: 'choice' },
  ])('names what does not fit: $names', ({ broken, names }) => {
    const read = () => readCandidateChoice(broken)
    expect(read).toThrow(names)
    expect(read).toThrow(
      expect.toSatisfy((error: unknown) => error instanceof AppError && error.code === 'model/incompatible'),
    )
  })
})
