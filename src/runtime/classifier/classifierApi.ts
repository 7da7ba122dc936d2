import type {
  ClassifierAnswer,
  ClassifierEvent,
  ClassifierExample,
  ClassifierSpec,
  ClassifierView,
  CropRequest,
  TrainedClassifier,
} from '../../ml/cam/classifier'

/** What the classifier's worker answers to. One call at a time. */
export interface ClassifierApi {
  /**
   * Arguments that Comlink has to look at stand alone: `signal`, and the two functions, wrapped in `proxy`. Events arrive
   * in order.
   */
  train(
    spec: ClassifierSpec,
    examples: readonly ClassifierExample[],
    validation: readonly ClassifierExample[],
    previews: readonly number[],
    cropFeatures: (requests: readonly CropRequest[]) => Promise<readonly ClassifierView[]>,
    onEvent: (event: ClassifierEvent) => void | Promise<void>,
    signal: AbortSignal,
  ): Promise<TrainedClassifier>
  /** Ends after the current epoch and keeps the weights. */
  stop(): void
  look(
    key: string,
    bytes: Uint8Array<ArrayBuffer>,
    view: ClassifierView,
    methodId: string,
  ): Promise<ClassifierAnswer>
}
