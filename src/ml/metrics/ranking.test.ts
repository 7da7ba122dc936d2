import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addScores, createScoreHistogram, histogramMetrics, rankingMetrics } from './ranking'

describe('rankingMetrics', () => {
  // metrics.md T8.
  it('five scores', () => {
    const { apStep, apTrapezoid } = rankingMetrics([1, 0, 1, 1, 0], [0.9, 0.8, 0.7, 0.6, 0.2])
    expect(apStep).toBeCloseTo(0.805556, 6)
    expect(apTrapezoid).toBeCloseTo(0.763889, 6)
  })

  it('six scores', () => {
    const metrics = rankingMetrics([0, 0, 1, 1, 0, 1], [0.1, 0.4, 0.35, 0.8, 0.7, 0.9])
    expect(metrics.apStep).toBeCloseTo(0.866667, 6)
    expect(metrics.apTrapezoid).toBeCloseTo(0.85, 9)
    expect(metrics.auroc).toBeCloseTo(0.777778, 6)
    expect(metrics.bestF1!.f1).toBeCloseTo(0.8, 6)
    expect(metrics.bestF1!.threshold).toBe(0.8)
  })

  it('equal scores are one point', () => {
    expect(rankingMetrics([1, 0, 1, 0], [0.9, 0.5, 0.5, 0.1]).apStep).toBeCloseTo(0.833333, 6)
    expect(rankingMetrics([0, 1, 1, 0], [0.5, 0.9, 0.5, 0.1]).apStep).toBeCloseTo(0.833333, 6)
  })

  it('AUROC is the share of pairs in the right order, ties counting half', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 4 })), {
          minLength: 1,
          maxLength: 20,
        }),
        (samples) => {
          const positives = samples.filter(([label]) => label === 1).map(([, score]) => score)
          const negatives = samples.filter(([label]) => label === 0).map(([, score]) => score)
          const pairs = positives.flatMap((p) =>
            negatives.map((n): number => (p > n ? 1 : p === n ? 0.5 : 0)),
          )
          const expected = pairs.length === 0 ? null : pairs.reduce((a, b) => a + b, 0) / pairs.length
          const { auroc } = rankingMetrics(
            samples.map(([label]) => label),
            samples.map(([, score]) => score),
          )
          expect(auroc === null ? null : Math.round(auroc * 1e9)).toBe(
            expected === null ? null : Math.round(expected * 1e9),
          )
        },
      ),
    )
  })

  it('without positives nothing is defined', () => {
    expect(rankingMetrics([0, 0], [0.3, 0.2])).toEqual({
      positives: 0,
      negatives: 2,
      apStep: null,
      apTrapezoid: null,
      auroc: null,
      bestF1: null,
    })
  })
})

describe('histogramMetrics', () => {
  it('equals the exact metrics on scores that are bin edges', () => {
    const labels = [1, 0, 3, 1, 0]
    const scores = [1000, 800, 800, 600, 3].map((bin) => bin / 1024)
    const histogram = createScoreHistogram()
    addScores(histogram, Uint8Array.from([...labels, 255]), Float32Array.from([...scores, 1]))
    expect(histogramMetrics(histogram)).toEqual(
      rankingMetrics(
        labels.map((label) => Math.min(1, label)),
        scores,
      ),
    )
  })

  it('probability 1 belongs to the highest bin', () => {
    const histogram = createScoreHistogram()
    addScores(histogram, Uint8Array.of(1, 0), Float32Array.of(1, 0))
    expect(histogramMetrics(histogram)).toMatchObject({ apStep: 1, bestF1: { threshold: 1023 / 1024 } })
  })
})
