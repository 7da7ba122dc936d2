import type { Pictures } from '../../app/app'
import type { ImageId } from '../../domain/records'

/** Decoded pictures, the most recent few, so that the next image appears at once. */
export interface PictureCache {
  /** The picture when it is here already. */
  get(imageId: ImageId): ImageBitmap | null
  load(imageId: ImageId): Promise<ImageBitmap>
  /** Loads in the background; a failure waits until somebody really asks. */
  prefetch(imageIds: readonly ImageId[]): void
  clear(): void
}

// 700 MB of RGBA at most: about 40 pictures of 2048 x 2048, or one of 12,600 x 9,000 with its neighbours dropped.
const BUDGET_BYTES = 700e6

/** Bitmaps must not be closed by their users: the cache does it when it drops them. */
export function createPictureCache(pictures: Pictures, budgetBytes = BUDGET_BYTES): PictureCache {
  // Insertion order is the order of use: the first entry is the one to drop.
  const ready = new Map<ImageId, ImageBitmap>()
  const loading = new Map<ImageId, Promise<ImageBitmap>>()
  let generation = 0

  const trim = (): void => {
    let bytes = 0
    for (const bitmap of ready.values()) bytes += bitmap.width * bitmap.height * 4
    for (const [id, bitmap] of ready) {
      if (bytes <= budgetBytes || ready.size <= 1) return
      ready.delete(id)
      bytes -= bitmap.width * bitmap.height * 4
      // Not closed here: the stage may draw it once more. The collector frees it.
    }
  }
  const touch = (id: ImageId, bitmap: ImageBitmap): void => {
    ready.delete(id)
    ready.set(id, bitmap)
  }
  const decode = async (id: ImageId): Promise<ImageBitmap> => {
    const startedIn = generation
    const { bytes, mimeType } = await pictures.bytes(id)
    const bitmap = await createImageBitmap(new Blob([bytes], { type: mimeType }), {
      imageOrientation: 'from-image',
      colorSpaceConversion: 'none',
    })
    if (startedIn === generation) {
      touch(id, bitmap)
      trim()
    }
    return bitmap
  }
  const load = (id: ImageId): Promise<ImageBitmap> => {
    const known = ready.get(id)
    if (known !== undefined) {
      touch(id, known)
      return Promise.resolve(known)
    }
    const running = loading.get(id)
    if (running !== undefined) return running
    const started = decode(id).finally(() => loading.delete(id))
    loading.set(id, started)
    return started
  }
  return {
    get: (id) => ready.get(id) ?? null,
    load,
    prefetch: (ids) => {
      for (const id of ids) {
        // The one who opens the picture asks again and is told the reason.
        load(id).catch(() => undefined)
      }
    },
    clear: () => {
      generation++
      ready.clear()
      loading.clear()
    },
  }
}
