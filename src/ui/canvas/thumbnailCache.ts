import type { Pictures } from '../../app/app'
import type { ImageId } from '../../domain/records'

/** Object URLs of thumbnails; the oldest are revoked when there are too many. */
export interface ThumbnailCache {
  get(imageId: ImageId): string | null
  load(imageId: ImageId): Promise<string>
  clear(): void
}

// 10 kB each: a screenful is 60, so this holds several screens of scrolling either way.
const CAPACITY = 600

export function createThumbnailCache(pictures: Pictures, capacity = CAPACITY): ThumbnailCache {
  const urls = new Map<ImageId, string>()
  const loading = new Map<ImageId, Promise<string>>()
  const keep = (id: ImageId, url: string): void => {
    urls.delete(id)
    urls.set(id, url)
    for (const [oldest, oldUrl] of urls) {
      if (urls.size <= capacity) return
      urls.delete(oldest)
      URL.revokeObjectURL(oldUrl)
    }
  }
  const fetchUrl = async (id: ImageId): Promise<string> => {
    const jpeg = await pictures.thumbnail(id)
    const url = URL.createObjectURL(new Blob([jpeg], { type: 'image/jpeg' }))
    keep(id, url)
    return url
  }
  return {
    get: (id) => urls.get(id) ?? null,
    load: (id) => {
      const known = urls.get(id)
      if (known !== undefined) return Promise.resolve(known)
      const running = loading.get(id)
      if (running !== undefined) return running
      const started = fetchUrl(id).finally(() => loading.delete(id))
      loading.set(id, started)
      return started
    },
    clear: () => {
      for (const url of urls.values()) URL.revokeObjectURL(url)
      urls.clear()
    },
  }
}
