import type { BlobHash } from '../domain/records'

/** Bytes by their SHA-256. A blob is durable before any record names it. */
export interface BlobStore {
  /** Stores and awaits durability; equal bytes are stored once. Throws `storage/full` or `storage/write-failed`. */
  put(bytes: Uint8Array): Promise<BlobHash>
  /** Throws `data/missing-pixels` when the bytes are not here. */
  get(hash: BlobHash): Promise<Uint8Array<ArrayBuffer>>
  has(hash: BlobHash): Promise<boolean>
  delete(hash: BlobHash): Promise<void>
}
