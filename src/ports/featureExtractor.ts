import type { JobOptions } from '../core/job'
import type { RgbaImage } from '../core/raster'
import type { BackboneTensors } from '../ml/backboneTensors'
import type { BackboneKind, FeatureLevel, FeaturePack } from '../ml/training'

export interface BackboneDescription {
  /** `embedded`, an id of the catalogue, or `files:<first 12 hex digits of its hash>`. */
  readonly id: string
  readonly title: string
  readonly kind: BackboneKind
  /** SHA-256 of the weights: a student is bound to it. */
  readonly hash: string
  readonly levels: readonly FeatureLevel[]
  /** Width and height of an input must be multiples of this. */
  readonly multipleOf: number
  /** Where its file comes from, in words, for `model.json` and for errors. */
  readonly source: string
  readonly tensors: BackboneTensors
}

/** Room that kept features take on this computer. */
export interface FeatureCacheState {
  readonly bytes: number
  /** What encoders of segmenters saw, which `clearCache` forgets too. */
  readonly otherBytes: number
  /** When it is reached, what was not used for the longest time goes. */
  readonly limitBytes: number
  /** False when the last features found no room: they are computed anew each time they are needed. */
  readonly hasRoom: boolean
}

/** Computes frozen features in a worker and caches them as float16, keyed by `key`, model hash and size. */
export interface FeatureExtractor {
  /** Throws `model/missing` for a backbone that is not on this computer. */
  describe(backboneId: string): Promise<BackboneDescription>
  /**
   * `image` already has the network's input size. `key` names pixels and augmentation (`<hash>:flip-x`); null: the picture
   * will not be seen again (a random crop, an inpainted one), so nothing is kept.
   */
  extract(backboneId: string, key: string | null, image: RgbaImage, options: JobOptions): Promise<FeaturePack>
  /**
   * The backbone's own file, for a student that tunes a part of it. Throws `model/missing` as `describe` does, and
   * `model/incompatible` for the embedded one, which no student tunes.
   */
  weights(backboneId: string): Promise<Uint8Array<ArrayBuffer>>
  cacheState(): Promise<FeatureCacheState>
  /** Remembered; what is kept beyond it goes at once. */
  setCacheLimit(limitBytes: number): Promise<void>
  clearCache(): Promise<void>
}
