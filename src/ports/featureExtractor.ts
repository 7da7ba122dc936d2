import type { JobOptions } from '../core/job'
import type { RgbaImage } from '../core/raster'
import type { FeatureLevel, FeaturePack } from '../ml/training'

export interface BackboneDescription {
  readonly id: string
  readonly title: string
  /** SHA-256 of the weights: a student is bound to it. */
  readonly hash: string
  readonly levels: readonly FeatureLevel[]
  /** Width and height of an input must be multiples of this. */
  readonly multipleOf: number
}

/** Computes frozen features in a worker and caches them as float16, keyed by `key`, model hash and size. */
export interface FeatureExtractor {
  describe(): Promise<BackboneDescription>
  /** `image` already has the network's input size. `key` names pixels and augmentation (`<hash>:flip-x`). */
  extract(key: string, image: RgbaImage, options: JobOptions): Promise<FeaturePack>
  cacheBytes(): Promise<number>
  clearCache(): Promise<void>
}
