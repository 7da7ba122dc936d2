import { describe, expect, test } from 'vitest'
import { readCandidateChoice, type CandidateChoice, type CandidateScorer } from '../candidateScorer'
import golden from './__fixtures__/candidates.json' with { type: 'json' }
import { CANDIDATE_FEATURES, CANDIDATE_KINDS } from './candidateFeatures'
import { evidenceOf } from './candidateMaps'
import { rankCandidates } from './candidates'

type GoldenCase = (typeof golden.cases)[number]

const calibration = { ...golden.calibration, choice: readCandidateChoice(golden.calibration.choice) }

/** Luminance and logits by the formulas of training/candidates_golden.py. */
function goldenMaps({ frame: { columns, rows }, shape }: GoldenCase) {
  const luminance = new Float32Array(columns * rows)
  const logits = new Float32Array(columns * rows)
  for (let v = 0; v < rows; v++) {
    for (let u = 0; u < columns; u++) {
      const p = v * columns + u
      const isLine = shape === 'line'
      const isDefect = isLine
        ? Math.abs(v - 6 - 0.35 * u) < 1.5
        : ((u - 0.5 * columns) / 9) ** 2 + ((v - 0.48 * rows) / 6) ** 2 < 1
      luminance[p] = shape === 'flat' ? 0.5 : (120 + ((u * 5 + v * 3) % 17) - (isDefect ? 60 : 0)) / 255
      logits[p] = isLine
        ? 2 - 1.4 * Math.abs(v - 6.5 - 0.35 * u)
        : 2.5 - 0.3 * Math.sqrt((u - 0.53 * columns) ** 2 / 2.2 + (v - 0.47 * rows) ** 2)
    }
  }
  return { luminance, logits }
}

function ranked(expected: GoldenCase, changed: Partial<CandidateChoice> = {}) {
  const { luminance, logits } = goldenMaps(expected)
  const candidate = { logits, predictedIou: expected.quality, feedback: logits }
  const choice = { ...calibration.choice, ...changed }
  const answer = { frame: expected.frame, candidates: [candidate], calibration: { ...calibration, choice } }
  return rankCandidates(answer, luminance, expected.boxPx)
}

/** A scorer that hands one feature through: its prediction is the logistic function of the feature. */
function handThrough(feature: number): CandidateScorer {
  const features = golden.features
  return {
    version: 1,
    features,
    mean: features.map(() => 0),
    std: features.map(() => 1),
    layers: [{ weights: [features.map((_, i) => (i === feature ? 1 : 0))], bias: [0] }],
  }
}

test('kinds and features are those of the Python side, in its order', () => {
  expect(CANDIDATE_KINDS).toEqual(golden.kinds)
  expect(CANDIDATE_FEATURES).toEqual(golden.features)
})

describe.each(golden.cases)('candidates of "$name" as in Python', (expected) => {
  test('refined map', () => {
    const { luminance, logits } = goldenMaps(expected)
    const probability = logits.map((logit) => 1 / (1 + Math.exp(-logit)))
    const { refined } = evidenceOf(probability, luminance, expected.frame, calibration, expected.boxPx)
    for (const [u, v, value] of expected.refined) {
      expect(refined[v! * expected.frame.columns + u!]).toBeCloseTo(value!, 5)
    }
    expect(refined.reduce((sum, value) => sum + value, 0)).toBeCloseTo(expected.refinedSum, 2)
  })

  test('thresholds, maps and predicted IoU', () => {
    for (const { kind, map, threshold, predictedIou } of ranked(expected)) {
      const wanted = expected.candidates[kind as keyof typeof expected.candidates]
      expect({ kind, threshold }).toEqual({ kind, threshold: expect.closeTo(wanted.threshold, 6) })
      expect({ kind, sum: map.reduce((sum, value) => sum + value, 0) }).toEqual({
        kind,
        sum: expect.closeTo(wanted.mapSum, 2),
      })
      expect({ kind, predictedIou }).toEqual({ kind, predictedIou: expect.closeTo(wanted.predictedIou, 4) })
    }
  })

  test.each(golden.features.map((name, i) => ({ name, i })))('feature $name', ({ i }) => {
    for (const { kind, predictedIou } of ranked(expected, { scorer: handThrough(i) })) {
      const wanted = expected.candidates[kind as keyof typeof expected.candidates].features[i]!
      const value = Math.log(predictedIou! / (1 - predictedIou!))
      expect({ kind, value }).toEqual({ kind, value: expect.closeTo(wanted, 4) })
    }
  })

  test('order', () => {
    expect(ranked(expected).map(({ kind }) => kind)).toEqual(expected.order)
  })
})

test('the preferred kind comes first when no other is better by more than the margin', () => {
  const expected = golden.cases[0]!
  expect(ranked(expected, { preferredMargin: 1 })[0]!.kind).toBe('fitted')
  const plain = ranked(expected, { preferredMargin: 0 })
  expect(plain[0]!.predictedIou).toBe(Math.max(...plain.map(({ predictedIou }) => predictedIou!)))
})
