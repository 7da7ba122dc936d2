import type { Weights } from '../../students/student'
import type { tf } from '../../tf'
import type { ClassifierMaps, ClassifierNetwork } from '../classifierNetwork'
import type { ContentPlaces, Pooling } from '../pooling'

/** What a CAM method may use of one pass over one view. */
export interface CamPass {
  readonly network: ClassifierNetwork
  readonly weights: Weights
  readonly maps: ClassifierMaps
  readonly places: ContentPlaces
  readonly pooling: Pooling
  readonly classCount: number
}

/** Turns what a classifier saw of one view into activation maps. */
export interface CamMethod {
  readonly id: string
  /** (1, h, w, K), after ReLU; runs inside a tidy. */
  maps(pass: CamPass): tf.Tensor4D
}
