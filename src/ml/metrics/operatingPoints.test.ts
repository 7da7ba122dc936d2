import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bestIou, operatingPoint } from './operatingPoints'
import { addScores, createScoreHistogram, histogramMetrics, type ScoreHistogram } from './ranking'

function histogramOf(labels: readonly number[], scores: readonly number[]): ScoreHistogram {
  const histogram = createScoreHistogram()
  addScores(histogram, Uint8Array.from(labels), Float32Array.from(scores))
  return histogram
}

const STEPS = Array.from({ length: 91 }, (_, i) => (i + 5) / 100)

describe('operatingPoint', () => {
  // metrics.md T8, second vector: y = (0,0,1,1,0,1), s = (.1,.4,.35,.8,.7,.9).
  const t8 = histogramOf([0, 0, 1, 1, 0, 1], [0.1, 0.4, 0.35, 0.8, 0.7, 0.9])

  it('T8 at .75: the two highest are right, one is missed', () => {
    // tp 2, fp 0, fn 1.
    const point = operatingPoint(t8, 0.75)
    expect(point).toMatchObject({ precision: 1, f1: 4 / 5, iou: 2 / 3 })
    expect(point.recall).toBeCloseTo(2 / 3, 12)
  })

  it('T8 at .3: everything true is found, two are wrong', () => {
    // tp 3, fp 2, fn 0.
    expect(operatingPoint(t8, 0.3)).toMatchObject({ precision: 3 / 5, recall: 1, f1: 6 / 8, iou: 3 / 5 })
  })

  it('a score equal to the threshold is predicted', () => {
    // 0.5 is the edge of bin 512.
    expect(operatingPoint(histogramOf([1, 0], [0.5, 0.25]), 0.5)).toMatchObject({ precision: 1, recall: 1 })
  })

  it('every step of a hundredth equals counting the pixels, away from the bins that the step cuts', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 1023 })), {
          minLength: 1,
        }),
        fc.constantFrom(...STEPS),
        (samples, threshold) => {
          const isCut = (bin: number): boolean => bin === Math.floor(threshold * 1024)
          const apart = samples.filter(([, bin]) => !isCut(bin))
          const labels = apart.map(([label]) => label)
          const scores = apart.map(([, bin]) => (bin + 0.5) / 1024)
          const count = (label: number, isAbove: boolean): number =>
            scores.filter((score, i) => labels[i] === label && score >= threshold === isAbove).length
          const union = count(1, true) + count(0, true) + count(1, false)
          const { iou } = operatingPoint(histogramOf(labels, scores), threshold)
          expect(iou).toBe(union === 0 ? null : count(1, true) / union)
        },
      ),
    )
  })

  it('what cannot be said is null: no prediction, no truth, neither', () => {
    expect(operatingPoint(histogramOf([1], [0.2]), 0.5)).toMatchObject({ precision: null, recall: 0, iou: 0 })
    expect(operatingPoint(histogramOf([0], [0.9]), 0.5)).toMatchObject({ precision: 0, recall: null, iou: 0 })
    expect(operatingPoint(histogramOf([0], [0.1]), 0.5)).toMatchObject({ f1: null, iou: null })
  })
})

describe('bestIou', () => {
  it('T8: between .7 and .8, where best F1 lies too', () => {
    const t8 = histogramOf([0, 0, 1, 1, 0, 1], [0.1, 0.4, 0.35, 0.8, 0.7, 0.9])
    const best = bestIou(STEPS.map((threshold) => operatingPoint(t8, threshold)))
    // .7 lies in bin 716, and the threshold .7 (716.8) starts at bin 717: equal from .70 to .79, .70 is nearest to .5.
    expect(best).toMatchObject({ threshold: 0.7, iou: 2 / 3 })
    expect(histogramMetrics(t8).bestF1!.f1).toBeCloseTo(best!.f1!, 7)
  })

  it('where truth and background are apart nothing moves from .5', () => {
    const apart = histogramOf([1, 1, 0, 0], [0.9, 0.8, 0.1, 0.2])
    expect(bestIou(STEPS.map((threshold) => operatingPoint(apart, threshold)))).toMatchObject({
      threshold: 0.5,
      iou: 1,
    })
  })

  it('an over-confident student is held back: the false halo at .605 goes, the core stays', () => {
    // 60 true px at .9; 40 false px at .605. At .5: 60/100 = .6; from .61 on: 60/60 = 1.
    const labels = Array.from({ length: 100 }, (_, p) => (p < 60 ? 1 : 0))
    const scores = labels.map((label) => (label === 1 ? 0.9 : 0.605))
    const histogram = histogramOf(labels, scores)
    expect(operatingPoint(histogram, 0.5).iou).toBe(0.6)
    expect(bestIou(STEPS.map((threshold) => operatingPoint(histogram, threshold)))).toMatchObject({
      threshold: 0.61,
      iou: 1,
    })
  })

  it('without a true pixel no threshold is best', () => {
    const clean = histogramOf([0, 0], [0.3, 0.9])
    expect(bestIou(STEPS.map((threshold) => operatingPoint(clean, threshold)))).toBeNull()
  })
})
