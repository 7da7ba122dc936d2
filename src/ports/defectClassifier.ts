import type { JobOptions } from '../core/job'
import type {
  ClassifierAnswer,
  ClassifierEvent,
  ClassifierExample,
  ClassifierSpec,
  ClassifierView,
  CropRequest,
  TrainedClassifier,
} from '../ml/cam/classifier'

/** A running training. `finished` rejects with `AbortError` on cancel, and with `train/diverged`. */
export interface ClassifierTraining {
  /** Ends after the current epoch and keeps the best weights so far. */
  stop(): void
  readonly finished: Promise<TrainedClassifier>
}

/** Trains and asks defect-focus classifiers somewhere else (a worker). */
export interface DefectClassifier {
  /**
   * `cropFeatures` is asked at every refresh of the guided crops and answers in the order of the requests.
   * `previews` are image indices (at most 8) whose CAMs are told after every epoch.
   * Throws `train/no-examples`, `train/no-classes`.
   */
  train(
    spec: ClassifierSpec,
    examples: readonly ClassifierExample[],
    validation: readonly ClassifierExample[],
    previews: readonly number[],
    cropFeatures: (requests: readonly CropRequest[]) => Promise<readonly ClassifierView[]>,
    onEvent: (event: ClassifierEvent) => void,
    options: JobOptions,
  ): ClassifierTraining
  /**
   * Activation maps of one view by one of `CAM_METHODS`. `key` names the classifier's bytes, so that it is opened once.
   * Throws `model/incompatible` for a file that is none, or of other features.
   */
  look(
    classifier: { readonly key: string; readonly bytes: Uint8Array<ArrayBuffer> },
    view: ClassifierView,
    methodId: string,
    options: JobOptions,
  ): Promise<ClassifierAnswer>
}
