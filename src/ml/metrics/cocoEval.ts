import { assert } from '../../core/assert'
import {
  AREA_RANGES,
  type CocoDetection,
  type CocoTruth,
  createMatchGroup,
  IOU_THRESHOLDS,
  matchGroup,
  type MatchGroup,
  type MatchResult,
} from './cocoMatch'

/** Detections per image and class that the three recall numbers look at. */
const LIMITS = [1, 10, 100] as const
/** Points on the recall axis: i * 0.01, which is what numpy's linspace gives; i / 100 differs at ten places. */
const RECALL_POINTS = Array.from({ length: 101 }, (_, i) => i * 0.01)
/** numpy.spacing(1), in the reference's denominator of precision. */
const SPACING = 2.220446049250313e-16

export interface CocoEvalInput {
  readonly imageCount: number
  readonly classCount: number
  readonly truths: readonly CocoTruth[]
  readonly detections: readonly CocoDetection[]
}

/** The 12 numbers of the COCO summary; null is "absent": no truth to measure against. */
export interface CocoSummary {
  readonly ap: number | null
  readonly ap50: number | null
  readonly ap75: number | null
  readonly apSmall: number | null
  readonly apMedium: number | null
  readonly apLarge: number | null
  readonly ar1: number | null
  readonly ar10: number | null
  readonly ar100: number | null
  readonly arSmall: number | null
  readonly arMedium: number | null
  readonly arLarge: number | null
}

export interface CocoClassResult extends CocoSummary {
  readonly truthCount: number
  readonly apPerThreshold: readonly number[] | null
  readonly recallPerThreshold: readonly number[] | null
  /** Precision at recall 0, .01, ... 1 for IoU .5, to draw. */
  readonly precisionCurve50: readonly number[] | null
}

export interface CocoEvalResult extends CocoSummary {
  /** Means over the classes that have truth. */
  readonly apPerThreshold: readonly number[] | null
  readonly recallPerThreshold: readonly number[] | null
  readonly perClass: readonly CocoClassResult[]
}

/**
 * COCO mask AP and AR of instance masks, number for number the reference evaluation (metrics.md §3).
 * Indices stand for ids in ascending order. Detections of one image and class keep their order on equal scores.
 */
export function cocoEval(input: CocoEvalInput): CocoEvalResult {
  const groups = groupsOf(input)
  const classes = groups.map((ofClass) => curvesOfClass(ofClass))
  const thresholds = IOU_THRESHOLDS.map((_, t) => t)
  return {
    ...summarise(classes),
    apPerThreshold: listOf(thresholds.map((t) => meanAp(classes, 'all', t))),
    recallPerThreshold: listOf(thresholds.map((t) => meanRecall(classes, 'all', 100, t))),
    perClass: classes.map((curves) => ({
      ...summarise([curves]),
      truthCount: curves.truthCount,
      apPerThreshold: listOf(thresholds.map((t) => meanAp([curves], 'all', t))),
      recallPerThreshold: listOf(thresholds.map((t) => meanRecall([curves], 'all', 100, t))),
      precisionCurve50: curves.ofRange.all[100]?.precision[0] ?? null,
    })),
  }
}

/** Groups [class][image]; images where a class has neither truth nor detection are left out. */
function groupsOf({ imageCount, classCount, truths, detections }: CocoEvalInput): MatchGroup[][] {
  const key = ({ classIndex, imageIndex }: { classIndex: number; imageIndex: number }) => {
    assert(classIndex < classCount && imageIndex < imageCount, 'an object names a known class and image')
    return classIndex * imageCount + imageIndex
  }
  const cells = new Map<number, { truths: CocoTruth[]; detections: CocoDetection[] }>()
  const cellOf = (place: number) => {
    const cell = cells.get(place) ?? { truths: [], detections: [] }
    cells.set(place, cell)
    return cell
  }
  for (const truth of truths) cellOf(key(truth)).truths.push(truth)
  for (const detection of detections) cellOf(key(detection)).detections.push(detection)
  return Array.from({ length: classCount }, (_, c) => {
    const ofClass: MatchGroup[] = []
    for (let i = 0; i < imageCount; i++) {
      const cell = cells.get(c * imageCount + i)
      if (cell !== undefined) ofClass.push(createMatchGroup(cell.truths, cell.detections))
    }
    return ofClass
  })
}

type RangeId = (typeof AREA_RANGES)[number]['id']
type Limit = (typeof LIMITS)[number]

/** One class, area range and limit: precision [threshold][recall point] and the last recall [threshold]. */
interface Curves {
  readonly precision: readonly number[][]
  readonly recall: readonly number[]
}

interface ClassCurves {
  readonly truthCount: number
  /** Null: no truth of this class in this range. */
  readonly ofRange: Readonly<Record<RangeId, Readonly<Record<Limit, Curves | null>>>>
}

function curvesOfClass(groups: readonly MatchGroup[]): ClassCurves {
  const entries = AREA_RANGES.map((range) => {
    const results = groups.map((group) => matchGroup(group, range))
    return [range.id, Object.fromEntries(LIMITS.map((limit) => [limit, accumulate(results, limit)]))] as const
  })
  return {
    truthCount: groups.reduce((sum, { truths }) => sum + truths.filter(({ isCrowd }) => !isCrowd).length, 0),
    // The keys are the ids of AREA_RANGES and LIMITS, which `fromEntries` cannot know.
    ofRange: Object.fromEntries(entries) as ClassCurves['ofRange'],
  }
}

/** metrics.md §3.2: the detections of all images in order of score, running counts, envelope, 101 samples. */
function accumulate(results: readonly MatchResult[], limit: number): Curves | null {
  const truthCount = results.reduce((sum, result) => sum + result.truthCount, 0)
  if (truthCount === 0) return null
  const ranked = results
    .flatMap((result) => result.scores.slice(0, limit).map((score, d) => ({ score, d, result })))
    .sort((a, b) => b.score - a.score)
  const precision: number[][] = []
  const recall: number[] = []
  for (const t of IOU_THRESHOLDS.keys()) {
    const recalls: number[] = []
    const precisions: number[] = []
    let truePositives = 0
    let falsePositives = 0
    for (const { d, result } of ranked) {
      if (result.isIgnored[t]![d] === 0) {
        if (result.isMatched[t]![d] === 1) truePositives++
        else falsePositives++
      }
      recalls.push(truePositives / truthCount)
      precisions.push(truePositives / (falsePositives + truePositives + SPACING))
    }
    for (let i = precisions.length - 1; i > 0; i--) {
      precisions[i - 1] = Math.max(precisions[i - 1]!, precisions[i]!)
    }
    precision.push(sampleAtRecalls(recalls, precisions))
    recall.push(recalls.at(-1) ?? 0)
  }
  return { precision, recall }
}

/** For each recall point the precision at the first place that reaches it; 0 beyond the last. */
function sampleAtRecalls(recalls: readonly number[], precisions: readonly number[]): number[] {
  let i = 0
  return RECALL_POINTS.map((point) => {
    while (i < recalls.length && recalls[i]! < point) i++
    return precisions[i] ?? 0
  })
}

function summarise(classes: readonly ClassCurves[]): CocoSummary {
  return {
    ap: meanAp(classes, 'all', null),
    ap50: meanAp(classes, 'all', 0),
    ap75: meanAp(classes, 'all', 5),
    apSmall: meanAp(classes, 'small', null),
    apMedium: meanAp(classes, 'medium', null),
    apLarge: meanAp(classes, 'large', null),
    ar1: meanRecall(classes, 'all', 1, null),
    ar10: meanRecall(classes, 'all', 10, null),
    ar100: meanRecall(classes, 'all', 100, null),
    arSmall: meanRecall(classes, 'small', 100, null),
    arMedium: meanRecall(classes, 'medium', 100, null),
    arLarge: meanRecall(classes, 'large', 100, null),
  }
}

/** Mean precision over classes with truth, recall points, and thresholds (or one of them). */
function meanAp(classes: readonly ClassCurves[], range: RangeId, threshold: number | null): number | null {
  return mean(
    classes.flatMap(({ ofRange }) => {
      const { precision = [] } = ofRange[range][100] ?? {}
      return threshold === null ? precision.flat() : (precision[threshold] ?? [])
    }),
  )
}

function meanRecall(
  classes: readonly ClassCurves[],
  range: RangeId,
  limit: Limit,
  threshold: number | null,
): number | null {
  return mean(
    classes.flatMap(({ ofRange }) => {
      const { recall = [] } = ofRange[range][limit] ?? {}
      return threshold === null ? recall : recall.slice(threshold, threshold + 1)
    }),
  )
}

function mean(values: readonly number[]): number | null {
  if (values.length === 0) return null
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** A list is absent as a whole: every threshold has truth or none has. */
function listOf(values: readonly (number | null)[]): number[] | null {
  const present = values.filter((value) => value !== null)
  return present.length === values.length ? present : null
}
