import type { EvaluationReport } from '../../app/evaluation'

export interface MetricRow {
  readonly id: string
  readonly label: string
  /** One line for the tooltip. */
  readonly definition: string
  /** 0..1; null where it is not defined. */
  readonly value: (report: EvaluationReport) => number | null
  readonly isLowerBetter?: boolean
}

export interface MetricGroup {
  readonly title: string
  readonly rows: readonly MetricRow[]
}

/** Every number of the table, in reading order. The definitions follow the reference evaluator of COCO. */
export const METRIC_GROUPS: readonly MetricGroup[] = [
  {
    title: 'Where: defect or not, by pixel',
    rows: [
      {
        id: 'binaryIou',
        label: 'Binary IoU',
        definition:
          'Defect pixels in both, over defect pixels in either, whatever the class; all images together.',
        value: (report) => report.binary.iou,
      },
      {
        id: 'recall',
        label: 'Recall',
        definition: 'Share of the true defect pixels that were found.',
        value: (report) => (defectPixels(report).inTruth > 0 ? report.binary.recall : null),
      },
      {
        id: 'precision',
        label: 'Precision',
        definition: 'Share of the predicted defect pixels that are true.',
        value: (report) => (defectPixels(report).predicted > 0 ? report.binary.precision : null),
      },
      {
        id: 'f1',
        label: 'F1',
        definition: 'Harmonic mean of pixel precision and recall.',
        value: (report) => report.binary.f1,
      },
      {
        id: 'macroIou',
        label: 'Mean IoU per image',
        definition:
          'Binary IoU of each image that has a true defect, averaged: a small defect counts as much as a large one.',
        value: (report) => report.iouMacroPositive,
      },
    ],
  },
  {
    title: 'Which: classes, by pixel',
    rows: [
      {
        id: 'anomalyMiou',
        label: 'Anomaly mIoU',
        definition:
          'IoU averaged over all defect classes, background left out. As published: a class that never occurs counts 0.',
        value: (report) => (hasPixels(report) ? report.anomalyMiou : null),
      },
      {
        id: 'presentMiou',
        label: 'Anomaly mIoU, present',
        definition: 'The same over the defect classes that occur in the truth or in the prediction.',
        value: presentMiou,
      },
      {
        id: 'miou',
        label: 'mIoU',
        definition:
          'IoU averaged over background and all defect classes; a class that never occurs counts 0.',
        value: (report) => (hasPixels(report) ? report.miou : null),
      },
      {
        id: 'anomalyF1',
        label: 'Anomaly F1',
        definition: 'Pixel F1 averaged over all defect classes; a class that never occurs counts 0.',
        value: (report) => (hasPixels(report) ? report.anomalyF1 : null),
      },
    ],
  },
  {
    title: 'Objects: COCO, masks',
    rows: [
      {
        id: 'ap',
        label: 'AP',
        definition: 'Average precision over mask IoU 0.50 to 0.95 in steps of 0.05, averaged over classes.',
        value: (report) => report.coco.ap,
      },
      {
        id: 'ap50',
        label: 'AP at 0.50',
        definition: 'Average precision where a match needs mask IoU 0.50.',
        value: (report) => report.coco.ap50,
      },
      {
        id: 'ap75',
        label: 'AP at 0.75',
        definition: 'Average precision where a match needs mask IoU 0.75.',
        value: (report) => report.coco.ap75,
      },
      {
        id: 'apSmall',
        label: 'AP small',
        definition: 'AP of objects under 32 × 32 pixels.',
        value: (report) => report.coco.apSmall,
      },
      {
        id: 'apMedium',
        label: 'AP medium',
        definition: 'AP of objects from 32 × 32 to 96 × 96 pixels.',
        value: (report) => report.coco.apMedium,
      },
      {
        id: 'apLarge',
        label: 'AP large',
        definition: 'AP of objects over 96 × 96 pixels.',
        value: (report) => report.coco.apLarge,
      },
      {
        id: 'ar100',
        label: 'AR, 100 per image',
        definition: 'Average recall with up to 100 predictions an image, over mask IoU 0.50 to 0.95.',
        value: (report) => report.coco.ar100,
      },
    ],
  },
  {
    title: 'Images: good part or not',
    rows: [
      {
        id: 'imageAp',
        label: 'Image AP',
        definition: 'Average precision of sorting images into defective and good by their score.',
        value: (report) => report.imageApStep,
      },
      {
        id: 'imageAuroc',
        label: 'Image AUROC',
        definition: 'Chance that a defective image scores higher than a good one.',
        value: (report) => report.imageAuroc,
      },
      {
        id: 'falseAlarms',
        label: 'False alarms',
        definition: 'Share of the images without a true defect that got 20 or more predicted defect pixels.',
        value: (report) => report.falseAlarmRate,
        isLowerBetter: true,
      },
    ],
  },
]

/** False when no pixel was compared: every mean over classes would then be a 0 that means nothing. */
function hasPixels(report: EvaluationReport): boolean {
  return report.confusion.some((row) => row.some((pixels) => pixels > 0))
}

/** Truth without a defect has no recall, a prediction without one no precision: the reference code writes 0 for both. */
function defectPixels({ confusion }: EvaluationReport): { inTruth: number; predicted: number } {
  let inTruth = 0
  let predicted = 0
  for (const [target, row] of confusion.entries()) {
    for (const [prediction, pixels] of row.entries()) {
      if (target > 0) inTruth += pixels
      if (prediction > 0) predicted += pixels
    }
  }
  return { inTruth, predicted }
}

/** IoU of each defect class, in the order of `report.classes`; null where it occurs neither in truth nor prediction. */
export function classIous(report: EvaluationReport): readonly (number | null)[] {
  return report.classes.map((_, i) => {
    const index = i + 1
    const inTruth = report.confusion[index]?.some((pixels) => pixels > 0) === true
    const inPrediction = report.confusion.some((row) => (row[index] ?? 0) > 0)
    return inTruth || inPrediction ? (report.iouPerClass[index] ?? null) : null
  })
}

function presentMiou(report: EvaluationReport): number | null {
  const present = classIous(report).filter((iou) => iou !== null)
  return present.length === 0 ? null : present.reduce((sum, iou) => sum + iou, 0) / present.length
}

/** Three decimals, or "n/a" for what is not defined: never a 0 by accident. */
export function metricText(value: number | null): string {
  return value === null || !Number.isFinite(value) ? 'n/a' : value.toFixed(3)
}

/** Index of the best of several values (ties: the first), or null when fewer than two are defined. */
export function bestIndex(values: readonly (number | null)[], isLowerBetter: boolean): number | null {
  let best: number | null = null
  let defined = 0
  for (const [index, value] of values.entries()) {
    if (value === null || !Number.isFinite(value)) continue
    defined++
    const held = best === null ? null : values[best]!
    if (held === null || (isLowerBetter ? value < held : value > held)) best = index
  }
  return defined < 2 ? null : best
}
