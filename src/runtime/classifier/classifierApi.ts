import type {
  ClassifierAnswer,
  ClassifierEvent,
  ClassifierExample,
  ClassifierSpec,
  ClassifierView,
  CropRequest,
  TrainedClassifier,
} from '../../ml/cam/classifier'

/** What the classifier's worker answers to. One training at a time. */
export interface ClassifierApi {
  /** Arguments that Comlink has to look at stand alone: `signal`, and the two functions, wrapped in `proxy`. */
  train(
    spec: ClassifierSpec,
    examples: readonly ClassifierExample[],
    validation: readonly ClassifierExample[],
    previews: readonly number[],
    cropFeatures: (requests: readonly CropRequest[]) => Promise<readonly ClassifierView[]>,
    onEvents: (events: readonly ClassifierEvent[]) => void | Promise<void>,
    signal: AbortSignal,
  ): Promise<TrainedClassifier>
  stop(): void
  /** `bytes` null: those that came with this key before are meant. False: they are not known, send them. */
  look(
    key: string,
    bytes: Uint8Array<ArrayBuffer> | null,
    view: ClassifierView,
    methodId: string,
  ): Promise<ClassifierAnswer | 'unknown'>
}
