import type { BlobHash } from '../domain/records'

/** One place that keeps bytes under their hash. Which place holds which blob is the business of `blobs.ts`. */
export interface BlobPlace {
  /** Resolves when the bytes are durable; storing what is there already costs no second copy. */
  put(hash: BlobHash, bytes: Uint8Array): Promise<void>
  /** Null when the bytes are not here. */
  get(hash: BlobHash): Promise<Uint8Array<ArrayBuffer> | null>
  has(hash: BlobHash): Promise<boolean>
  /** Deleting what is not here is no fault. */
  delete(hashes: readonly BlobHash[]): Promise<void>
  list(): Promise<readonly BlobHash[]>
}
