import type { JobOptions } from '../core/job'
import type { RgbaImage } from '../core/raster'

export interface FeatureLevel {
  readonly stride: number
  readonly channels: number
}

/** Frozen features of one picture: one (H / stride, W / stride, channels) map per level, channels last, float16 bits. */
export interface FeaturePack {
  readonly width: number
  readonly height: number
  readonly levels: readonly {
    readonly stride: number
    readonly channels: number
    readonly data: Uint16Array<ArrayBuffer>
  }[]
}

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
