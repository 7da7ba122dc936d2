import type { ClassId, ImageId } from '../domain/records'

/** Everything the Evaluate screen and the `evaluate` command show. Definitions: methods/metrics.md. */
export interface EvaluationReport {
  readonly imageCount: number
  readonly excludedTrainingImages: number
  readonly classes: readonly { readonly id: ClassId | string; readonly name: string }[]
  /** COCO mask AP/AR; null where no truth exists. */
  readonly coco: {
    readonly ap: number | null
    readonly ap50: number | null
    readonly ap75: number | null
    readonly apSmall: number | null
    readonly apMedium: number | null
    readonly apLarge: number | null
    readonly ar1: number | null
    readonly ar10: number | null
    readonly ar100: number | null
    readonly apPerClass: readonly (number | null)[]
  }
  /** confusion[target][prediction], index 0 background. */
  readonly confusion: readonly (readonly number[])[]
  readonly iouPerClass: readonly number[]
  readonly miou: number
  readonly anomalyMiou: number
  readonly anomalyF1: number
  readonly binary: {
    readonly iou: number | null
    readonly f1: number | null
    readonly recall: number | null
    readonly precision: number | null
  }
  /** IoU over images that have a defect in the truth, mean. */
  readonly iouMacroPositive: number | null
  readonly imageApStep: number | null
  readonly imageAuroc: number | null
  /** Images without a defect in the truth: share that got at least 20 predicted defect pixels. */
  readonly falseAlarmRate: number | null
  /**
   * The compared images that agree least, worst first, at most 24: binary IoU of prediction and truth, any class.
   * Images without a defect in either are left out. Empty where images are not records (the batch command).
   */
  readonly worst: readonly { readonly imageId: ImageId; readonly iou: number }[]
  readonly notes: readonly string[]
}
