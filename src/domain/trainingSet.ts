import type { ImageId } from './records'

/** What a run would use, in counts a person can check. */
export interface TrainingSetSummary {
  readonly images: number
  readonly withMasks: number
  readonly confirmedClean: number
  readonly acceptedMasks: number
  readonly unreviewedMasks: number
  readonly unresolvedBoxes: number
  /** Boxes that have no mask yet: Propose first. */
  readonly boxesWithoutMask: number
  readonly reviewedValidationImages: number
  readonly imageIds: readonly ImageId[]
  /** Why Train is disabled, as a sentence with the next step; null when it can start. */
  readonly blocker: string | null
  /** What is thin but allowed, as sentences. */
  readonly warnings: readonly string[]
}
