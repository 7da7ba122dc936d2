import { useEffect, useState } from 'react'
import type { ImageId } from '../../domain/records'
import { useScreen } from '../AppProvider'

// A list that flies by asks for nothing; one that rests this long gets its pictures.
const REST_MS = 50

/** URL of an image's thumbnail; null while it is read, and where the picture cannot be. */
export function useThumbnail(imageId: ImageId): string | null {
  const { thumbnails } = useScreen()
  const [loaded, setLoaded] = useState<{ readonly id: ImageId; readonly url: string | null } | null>(null)
  const cached = thumbnails.get(imageId)
  useEffect(() => {
    if (thumbnails.get(imageId) !== null) return
    let isWanted = true
    const timer = setTimeout(() => {
      thumbnails.load(imageId).then(
        (url) => isWanted && setLoaded({ id: imageId, url }),
        () => isWanted && setLoaded({ id: imageId, url: null }),
      )
    }, REST_MS)
    return () => {
      isWanted = false
      clearTimeout(timer)
    }
  }, [imageId, thumbnails])
  return cached ?? (loaded?.id === imageId ? loaded.url : null)
}
