import { describe, expect, it } from 'vitest'
import { addToConfusion, createConfusion, semanticMetrics } from './confusion'

const map = (...data: number[]) => ({ width: data.length, height: 1, data: Uint8Array.from(data) })

describe('semanticMetrics', () => {
  // boxes2pixels.md T3.
  const metrics = semanticMetrics({ classCount: 3, counts: Float64Array.of(90, 4, 1, 3, 20, 2, 5, 0, 15) })

  it('per class', () => {
    const expected = [
      { iou: 0.873786, f1: 0.932642 },
      { iou: 0.689655, f1: 0.816327 },
      { iou: 0.652174, f1: 0.789474 },
    ]
    for (const [c, { iou, f1 }] of expected.entries()) {
      expect(metrics.perClass[c]!.iou).toBeCloseTo(iou, 6)
      expect(metrics.perClass[c]!.f1).toBeCloseTo(f1, 6)
    }
  })

  it('means over all and over the defect classes', () => {
    expect(metrics.miou).toBeCloseTo(0.738538, 6)
    expect(metrics.anomalyMiou).toBeCloseTo(0.670915, 6)
    expect(metrics.meanF1).toBeCloseTo(0.846148, 6)
    expect(metrics.anomalyF1).toBeCloseTo(0.8029, 6)
  })

  it('binary: one defect class taken for another is a hit', () => {
    expect(metrics.binary).toMatchObject({
      truePositives: 37,
      falsePositives: 5,
      falseNegatives: 8,
      isDefined: true,
    })
    expect(metrics.binary.iou).toBeCloseTo(0.74, 9)
    expect(metrics.binary.f1).toBeCloseTo(0.850575, 6)
    expect(metrics.binary.recall).toBeCloseTo(0.822222, 6)
    expect(metrics.binary.precision).toBeCloseTo(0.880952, 6)
  })

  it('a class that is nowhere counts as 0, and is left out of the means over present classes', () => {
    const absent = semanticMetrics({ classCount: 3, counts: Float64Array.of(8, 0, 0, 0, 2, 0, 0, 0, 0) })
    expect(absent.perClass[2]).toEqual({ iou: 0, recall: 0, precision: 0, f1: 0, isPresent: false })
    expect(absent.miou).toBeCloseTo(2 / 3, 9)
    expect(absent.presentMiou).toBeCloseTo(1, 9)
    expect(absent.anomalyMiou).toBeCloseTo(0.5, 9)
    expect(absent.presentAnomalyMiou).toBeCloseTo(1, 9)
  })

  it('without any defect the binary numbers are 0 and say that they mean nothing', () => {
    const clean = semanticMetrics({ classCount: 2, counts: Float64Array.of(9, 0, 0, 0) })
    expect(clean.binary).toMatchObject({ iou: 0, f1: 0, isDefined: false })
    expect(clean.presentAnomalyMiou).toBeNull()
  })
})

describe('addToConfusion', () => {
  it('counts target by prediction and skips ignored pixels', () => {
    const confusion = createConfusion(2)
    addToConfusion(confusion, map(0, 0, 1, 1, 255), map(0, 1, 1, 0, 1))
    addToConfusion(confusion, map(1), map(1))
    expect([...confusion.counts]).toEqual([1, 1, 1, 2])
  })

  it('maps of two sizes and predictions that are no class are bugs', () => {
    expect(() => addToConfusion(createConfusion(2), map(0), map(0, 1))).toThrow('one size')
    expect(() => addToConfusion(createConfusion(2), map(0), map(2))).toThrow('a prediction is a class')
  })
})
