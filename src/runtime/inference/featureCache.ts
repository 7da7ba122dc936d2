import type { FeaturePack } from '../../ml/training'
import type { CacheFolder } from './cacheFolder'
import { decodeFeaturePack, encodeFeaturePack } from './featurePackBytes'
import { createPackCache, type PackCache } from './packCache'

/** 2 GB: some 4,000 pictures of 224 x 224 px with the embedded backbone. */
export const FEATURE_CACHE_LIMIT_BYTES = 2_000_000_000

/** Frozen features of pictures, as half floats. */
export function createFeatureCache(folder: CacheFolder, limitBytes: number): Promise<PackCache<FeaturePack>> {
  return createPackCache(folder, limitBytes, { encode: encodeFeaturePack, decode: decodeFeaturePack })
}

/** File name of a picture's features: the weights, the size and the key, in characters every file system takes. */
export function featureFileName(
  weightsSha256: string,
  size: { readonly width: number; readonly height: number },
  key: string,
): string {
  return `${weightsSha256.slice(0, 16)}-${size.width}x${size.height}-${encodeURIComponent(key)}`
}
