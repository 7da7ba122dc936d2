import type { RgbaImage, Rle } from '../core/raster'
import type { BlobHash, ImageId, ImageRecord, MaskId, PseudoMask } from '../domain/records'
import { rleFromString, rleToString } from '../ml/raster/rleString'
import { patchFromRle } from '../ml/raster/rle'
import type { MaskPatch, Pictures } from './app'
import { createLruCache } from './lruCache'
import type { Workspace } from './workspace'

/** Pixels on demand: decoded pictures, thumbnails and mask patches, each behind a bounded cache. */
export interface PictureStore extends Pictures {
  /** Full-size RGBA. Throws `data/missing-pixels` or `data/not-an-image` with the file's name. */
  decode(image: ImageRecord): Promise<RgbaImage>
  rle(mask: PseudoMask): Promise<Rle>
  rleOf(pixels: BlobHash, size: { readonly width: number; readonly height: number }): Promise<Rle>
  /** Stores a mask's pixels durably and returns their hash. */
  putRle(rle: Rle): Promise<BlobHash>
  clear(): void
}

const DECODED_BYTES = 256 * 1024 * 1024
const THUMBNAIL_BYTES = 48 * 1024 * 1024
const PATCH_BYTES = 96 * 1024 * 1024
const RLE_BYTES = 48 * 1024 * 1024
const THUMBNAIL_SIDE_PX = 192

export function createPictures(workspace: Workspace): PictureStore {
  const decoded = createLruCache<BlobHash, Promise<RgbaImage>>(DECODED_BYTES)
  const thumbnails = createLruCache<BlobHash, Promise<Uint8Array<ArrayBuffer>>>(THUMBNAIL_BYTES)
  const patches = createLruCache<MaskId, MaskPatch>(PATCH_BYTES)
  const rles = createLruCache<BlobHash, string>(RLE_BYTES)
  const { storage, imageCodec } = workspace.services

  const decode = (image: ImageRecord): Promise<RgbaImage> => {
    const cached = decoded.get(image.pixels)
    if (cached !== undefined) return cached
    const loading = storage.blobs.get(image.pixels).then((bytes) => imageCodec.decode(bytes, image.fileName))
    decoded.set(image.pixels, loading, image.width * image.height * 4)
    // A failed load must not stay in the cache as the answer for ever.
    loading.catch(() => decoded.delete(image.pixels))
    return loading
  }

  const rleOf = async (
    pixels: BlobHash,
    size: { readonly width: number; readonly height: number },
  ): Promise<Rle> => {
    let text = rles.get(pixels)
    if (text === undefined) {
      text = new TextDecoder().decode(await storage.blobs.get(pixels))
      rles.set(pixels, text, text.length)
    }
    return rleFromString(text, size)
  }

  const rle = (mask: PseudoMask): Promise<Rle> => rleOf(mask.pixels, workspace.image(mask.imageId))

  return {
    decode,
    rle,
    rleOf,
    putRle: async (value) => {
      const text = rleToString(value)
      const hash = await storage.blobs.put(new TextEncoder().encode(text))
      rles.set(hash, text, text.length)
      return hash
    },
    bytes: async (imageId) => {
      const image = workspace.image(imageId)
      return { bytes: await storage.blobs.get(image.pixels), mimeType: image.mimeType }
    },
    thumbnail: (imageId: ImageId) => {
      const image = workspace.image(imageId)
      const cached = thumbnails.get(image.pixels)
      if (cached !== undefined) return cached
      const loading = storage.blobs
        .get(image.pixels)
        .then((bytes) => imageCodec.thumbnail(bytes, image.fileName, THUMBNAIL_SIDE_PX))
      thumbnails.set(image.pixels, loading, 12_000)
      loading.catch(() => thumbnails.delete(image.pixels))
      return loading
    },
    patch: (maskId) => patches.get(maskId) ?? null,
    loadMask: async (maskId) => {
      const cached = patches.get(maskId)
      if (cached !== undefined) return cached
      const mask = workspace.mask(maskId)
      const patch: MaskPatch = { boundsPx: mask.boundsPx, mask: patchFromRle(await rle(mask), mask.boundsPx) }
      patches.set(maskId, patch, patch.mask.data.length + 64)
      return patch
    },
    clear: () => {
      decoded.clear()
      thumbnails.clear()
      patches.clear()
      rles.clear()
    },
  }
}
