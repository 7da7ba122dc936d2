import type { CapabilityProbe } from '../ports/capabilities'
import type { Clock, NewId } from '../ports/clock'
import type { DefectClassifier } from '../ports/defectClassifier'
import type { FeatureExtractor } from '../ports/featureExtractor'
import type { Files } from '../ports/files'
import type { ImageCodec } from '../ports/imageCodec'
import type { ModelJoiner } from '../ports/modelJoiner'
import type { ModelLibrary } from '../ports/modelLibrary'
import type { PixelWork } from '../ports/pixelWork'
import type { ProjectStorage } from '../ports/projectStorage'
import type { Segmenter } from '../ports/segmenter'
import type { StudentRunner } from '../ports/studentRunner'
import type { Trainer } from '../ports/trainer'

/** Everything the application needs from outside. `main.tsx` builds the real ones, tests hand in fakes. */
export interface Services {
  readonly storage: ProjectStorage
  readonly imageCodec: ImageCodec
  readonly files: Files
  readonly segmenter: Segmenter
  readonly models: ModelLibrary
  readonly features: FeatureExtractor
  readonly studentRunner: StudentRunner
  readonly modelJoiner: ModelJoiner
  readonly trainer: Trainer
  readonly classifier: DefectClassifier
  readonly pixelWork: PixelWork
  readonly capabilities: CapabilityProbe
  readonly clock: Clock
  readonly newId: NewId
}
