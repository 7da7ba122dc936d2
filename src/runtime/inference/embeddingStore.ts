import type { Box } from '../../core/geometry'
import type { Embedding } from '../../nn/onnx/promptable/promptableModel'
import type { PackCache } from './packCache'

/** 1 GB: some 60 regions of a SAM 2, 250 of a SAM. */
export const EMBEDDING_CACHE_LIMIT_BYTES = 1_000_000_000

/** Some five regions of a SAM 2: what a person goes back and forth between. */
export const EMBEDDING_MEMORY_BYTES = 96_000_000

/** Rises whenever an encoder is fed or kept differently: what lies on the disk is then not used any more. */
const EMBEDDING_VERSION = 1

/** What encoders saw: the last few in memory, more on the disk. */
export interface EmbeddingStore {
  get(name: string): Promise<Embedding | null>
  /** `isWorthDisk`: computing it takes longer than reading it. */
  put(name: string, embedding: Embedding, kind: { readonly isWorthDisk: boolean }): Promise<void>
  bytes(): Promise<number>
  clear(): Promise<void>
}

/** `openDisk` is asked at the first use; null where this browser keeps nothing. */
export function createEmbeddingStore(
  openDisk: () => Promise<PackCache<Embedding> | null>,
  memoryBytes: number,
): EmbeddingStore {
  /** Least recently used first. */
  const recent = new Map<string, Embedding>()

  function remember(name: string, embedding: Embedding): void {
    recent.delete(name)
    recent.set(name, embedding)
    let total = 0
    for (const kept of recent.values()) total += bytesOf(kept)
    for (const [oldest, kept] of recent) {
      // The one just used stays even if it alone is too large: the next click wants it.
      if (total <= memoryBytes || oldest === name) return
      recent.delete(oldest)
      total -= bytesOf(kept)
    }
  }

  return {
    get: async (name) => {
      const embedding = recent.get(name) ?? (await (await openDisk())?.get(name)) ?? null
      if (embedding !== null) remember(name, embedding)
      return embedding
    },
    put: async (name, embedding, { isWorthDisk }) => {
      remember(name, embedding)
      if (isWorthDisk) await (await openDisk())?.put(name, embedding)
    },
    bytes: async () => (await (await openDisk())?.bytes()) ?? 0,
    clear: async () => {
      recent.clear()
      await (await openDisk())?.clear()
    },
  }
}

function bytesOf(embedding: Embedding): number {
  return Object.values(embedding).reduce((sum, { data }) => sum + data.byteLength, 0)
}

/** Names what a model's encoder saw of a rectangle of a picture, in characters every file system takes. */
export function embeddingName(modelHash: string, imageKey: string, { x, y, width, height }: Box): string {
  const model = modelHash.slice(0, 16)
  return `v${EMBEDDING_VERSION}-${model}-${x}_${y}_${width}x${height}-${encodeURIComponent(imageKey)}`
}
