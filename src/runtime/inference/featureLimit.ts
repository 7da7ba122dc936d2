import type { Remembered } from '../models/mirrorAddress'
import { FEATURE_CACHE_LIMIT_BYTES } from './featureCache'

const KEY = 'maskwright:features:limitBytes'

/** How many bytes of features may be kept; remembered on this computer. */
export interface FeatureLimit {
  bytes(): number
  set(bytes: number): void
}

/** `memory` is null where the browser forbids it: the limit then holds as long as the page. */
export function createFeatureLimit(memory: Remembered | null): FeatureLimit {
  const remembered = Number(memory?.getItem(KEY) ?? Number.NaN)
  let limit = Number.isFinite(remembered) && remembered >= 0 ? remembered : FEATURE_CACHE_LIMIT_BYTES
  return {
    bytes: () => limit,
    set: (bytes) => {
      limit = bytes
      memory?.setItem(KEY, String(bytes))
    },
  }
}
