import type { FeatureCacheState } from '../../app/app'
import { byteText } from '../start/byteText'

const CHOICES = [500e6, 1e9, 2e9, 5e9, 10e9, 20e9]

/** "312 MB of 2.0 GB". */
export function cacheText({ bytes, limitBytes }: Pick<FeatureCacheState, 'bytes' | 'limitBytes'>): string {
  return `${byteText(bytes)} of ${byteText(limitBytes)}`
}

/** Limits that are offered, the one that holds among them. */
export function limitChoices(limitBytes: number): readonly number[] {
  return CHOICES.includes(limitBytes) ? CHOICES : [...CHOICES, limitBytes].sort((a, b) => a - b)
}
