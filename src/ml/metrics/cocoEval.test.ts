import { describe, expect, it } from 'vitest'
import type { Rle } from '../../core/raster'
import { emptyMask } from '../../core/raster'
import { golden, type GoldenAnnotation, type GoldenEvaluation } from '../raster/__fixtures__/golden'
import { rleFromPolygons } from '../raster/polygon'
import { rleFromPatch } from '../raster/rle'
import { rleFromString } from '../raster/rleString'
import { type CocoEvalInput, cocoEval, type CocoSummary } from './cocoEval'
import { IOU_THRESHOLDS } from './cocoMatch'

/** In the order of the reference's `stats`. */
const summaryOf = (result: CocoSummary) => [
  result.ap,
  result.ap50,
  result.ap75,
  result.apSmall,
  result.apMedium,
  result.apLarge,
  result.ar1,
  result.ar10,
  result.ar100,
  result.arSmall,
  result.arMedium,
  result.arLarge,
]
/** The reference writes -1 for "absent". */
const absentAsMinusOne = (values: readonly (number | null)[] | null) =>
  (values ?? Array<null>(IOU_THRESHOLDS.length).fill(null)).map((value) => value ?? -1)

function expectClose(ours: readonly number[], theirs: readonly number[]): void {
  expect(ours).toHaveLength(theirs.length)
  for (const [i, value] of ours.entries()) expect(Math.abs(value - theirs[i]!)).toBeLessThan(1e-9)
}

function inputOf({ gt, results }: GoldenEvaluation): CocoEvalInput {
  const images = gt.images.toSorted((a, b) => a.id - b.id)
  const categories = gt.categories.toSorted((a, b) => a.id - b.id)
  const place = (entry: { image_id: number; category_id: number }) => ({
    imageIndex: images.findIndex(({ id }) => id === entry.image_id),
    classIndex: categories.findIndex(({ id }) => id === entry.category_id),
  })
  const rleOf = (entry: { image_id: number; segmentation: GoldenAnnotation['segmentation'] }): Rle => {
    const { width, height } = images.find(({ id }) => id === entry.image_id)!
    const { segmentation } = entry
    if (!('counts' in segmentation)) return rleFromPolygons(segmentation, { width, height })
    return typeof segmentation.counts === 'string'
      ? rleFromString(segmentation.counts, { width, height })
      : { width, height, counts: Uint32Array.from(segmentation.counts) }
  }
  return {
    imageCount: images.length,
    classCount: categories.length,
    truths: gt.annotations.map((entry) => ({
      ...place(entry),
      rle: rleOf(entry),
      areaPx: entry.area,
      isCrowd: entry.iscrowd === 1,
    })),
    detections: results.map((entry) => ({
      ...place(entry),
      rle: rleOf({ ...entry, segmentation: entry.segmentation as GoldenAnnotation['segmentation'] }),
      score: entry.score,
    })),
  }
}

describe('the reference evaluation', () => {
  it.each(golden.eval.cases)('$name', (scene) => {
    const result = cocoEval(inputOf(scene))
    const { expected } = scene
    expectClose(absentAsMinusOne(summaryOf(result)), expected.stats)
    expectClose(absentAsMinusOne(result.recallPerThreshold), expected.recall_per_threshold)
    expect(result.perClass).toHaveLength(expected.per_class.length)
    for (const [c, theirs] of expected.per_class.entries()) {
      const ours = result.perClass[c]!
      expectClose(absentAsMinusOne([ours.ap, ours.ap50, ours.ap75]), [theirs.ap, theirs.ap50, theirs.ap75])
      expectClose(absentAsMinusOne([ours.apSmall, ours.apMedium, ours.apLarge]), theirs.ap_area)
      expectClose(absentAsMinusOne(ours.apPerThreshold), theirs.ap_per_threshold)
      expectClose(absentAsMinusOne(ours.recallPerThreshold), theirs.recall_per_threshold)
      expectClose(ours.precisionCurve50 ?? Array<number>(101).fill(-1), theirs.precision_curve_50)
    }
  })

  it('uses the same thresholds', () => {
    expect(IOU_THRESHOLDS).toEqual(golden.eval.iou_thresholds)
  })
})

/** Half-open rectangle on a 100 x 100 image. */
const rectangle = (x0: number, x1: number, y0: number, y1: number): Rle => {
  const box = { x: x0, y: y0, width: x1 - x0, height: y1 - y0 }
  const patch = emptyMask(box)
  patch.data.fill(1)
  return rleFromPatch(patch, box, { width: 100, height: 100 })
}
const truth = (imageIndex: number, rle: Rle, areaPx: number, isCrowd = false) => ({
  imageIndex,
  classIndex: 0,
  rle,
  areaPx,
  isCrowd,
})
const found = (imageIndex: number, score: number, rle: Rle) => ({ imageIndex, classIndex: 0, rle, score })
const evaluate = (input: Pick<CocoEvalInput, 'truths' | 'detections'>) =>
  cocoEval({ imageCount: 2, classCount: 1, ...input })

describe('vectors of metrics.md §8', () => {
  const truths = [
    truth(0, rectangle(0, 10, 0, 10), 100),
    truth(0, rectangle(50, 60, 50, 60), 100),
    truth(1, rectangle(20, 40, 20, 40), 400),
  ]

  it('T1', () => {
    const result = evaluate({
      truths,
      detections: [
        found(0, 0.9, rectangle(0, 10, 0, 10)),
        found(0, 0.8, rectangle(50, 60, 50, 57)),
        found(0, 0.7, rectangle(80, 90, 80, 90)),
        found(1, 0.85, rectangle(20, 40, 20, 32)),
      ],
    })
    const third = 0.3366336634
    expect(rounded(result.apPerThreshold!)).toEqual(
      rounded([1, 1, 1, 0.5544554455, 0.5544554455, third, third, third, third, third]),
    )
    expect(rounded(result.recallPerThreshold!)).toEqual(
      rounded([1, 1, 1, 2 / 3, 2 / 3, 1 / 3, 1 / 3, 1 / 3, 1 / 3, 1 / 3]),
    )
    expect(result.ap).toBeCloseTo(0.579208, 6)
    expect(result.ap75).toBeCloseTo(0.336634, 6)
    expect(result.ar100).toBeCloseTo(0.6, 12)
    expect(result.ar1).toBeCloseTo(0.433333, 6)
    expect(result.apSmall).toBe(result.ap)
    expect([result.apMedium, result.apLarge]).toEqual([null, null])
  })

  it('T2', () => {
    const result = evaluate({
      truths,
      detections: [
        found(0, 0.9, rectangle(0, 10, 0, 10)),
        found(0, 0.8, rectangle(50, 60, 50, 57)),
        found(0, 0.88, rectangle(80, 90, 80, 90)),
        found(1, 0.85, rectangle(20, 40, 20, 32)),
      ],
    })
    expect(result.ap).toBeCloseTo(0.518564, 6)
    expect(result.apPerThreshold![0]).toBeCloseTo(0.834158, 6)
    expect(result.ar100).toBeCloseTo(0.6, 12)
  })

  it('T3: a duplicate is a false positive, but not in a size range that its area is outside of', () => {
    const result = evaluate({
      truths: [truth(0, rectangle(0, 40, 0, 40), 1600), truth(0, rectangle(60, 70, 60, 70), 100)],
      detections: [
        found(0, 0.9, rectangle(0, 40, 0, 40)),
        found(0, 0.8, rectangle(0, 40, 0, 38)),
        found(0, 0.7, rectangle(60, 70, 60, 70)),
      ],
    })
    expect(result.ap).toBeCloseTo(0.834983, 6)
    expect(rounded([result.apSmall!, result.apMedium!, result.ar1!])).toEqual([1, 1, 0.5])
    expect(result.apLarge).toBeNull()
  })

  it('T4: detections in a crowd region are neither right nor wrong', () => {
    const result = evaluate({
      truths: [truth(0, rectangle(0, 10, 0, 10), 100), truth(0, rectangle(50, 100, 50, 100), 2500, true)],
      detections: [
        found(0, 0.9, rectangle(60, 70, 60, 70)),
        found(0, 0.8, rectangle(0, 10, 0, 10)),
        found(0, 0.7, rectangle(62, 72, 60, 70)),
      ],
    })
    expect(rounded([result.ap!, result.ar100!, result.ar10!, result.ar1!])).toEqual([1, 1, 1, 0])
  })

  it('no truth is absent, truth without detections is 0', () => {
    expect(evaluate({ truths: [], detections: [found(0, 1, rectangle(0, 9, 0, 9))] }).ap).toBeNull()
    const missed = evaluate({ truths, detections: [] })
    expect([missed.ap, missed.ar100]).toEqual([0, 0])
  })

  it('truth as its own prediction is perfect', () => {
    const detections = truths.map(({ imageIndex, rle }) => found(imageIndex, 1, rle))
    const { ap, ap50, ar100 } = evaluate({ truths, detections })
    expect(rounded([ap!, ap50!, ar100!])).toEqual([1, 1, 1])
  })
})

/** Sums of 101 equal terms end a last digit away from the exact mean, here as in the reference. */
function rounded(values: readonly number[]): number[] {
  return values.map((value) => Math.round(value * 1e9) / 1e9)
}
