import type { ScoreMap } from '../../../core/raster'
import type { Weights } from '../../students/student'
import type { ClassifierMaps, ClassifierNetwork } from '../classifierNetwork'
import type { Pooling } from '../poolClassMaps'
import type { ViewBatch } from '../viewBatch'

/** One view as the classifier sees it; the tensors live as long as the call. */
export interface SeenView extends ClassifierMaps {
  readonly network: ClassifierNetwork
  readonly weights: Weights
  readonly batch: ViewBatch
  readonly pooling: Pooling
  readonly classCount: number
}

/** A way to say where a classifier sees each class. */
export interface CamMethod {
  readonly id: string
  /** One map for each class, after ReLU, not normalised, on the grid of the content. */
  map(seen: SeenView): Promise<readonly ScoreMap[]>
}
