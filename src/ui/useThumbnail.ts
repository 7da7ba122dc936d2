import { useEffect, useState } from 'react'
import type { ImageId } from '../domain/records'
import { useScreen } from './AppProvider'

/** Object URL of an image's thumbnail; null until it is there. */
export function useThumbnail(imageId: ImageId): string | null {
  const { thumbnails } = useScreen()
  const [loaded, setLoaded] = useState<{ readonly id: ImageId; readonly url: string } | null>(null)

  useEffect(() => {
    if (thumbnails.get(imageId) !== null) return
    let isWanted = true
    thumbnails.load(imageId).then(
      (url) => {
        if (isWanted) setLoaded({ id: imageId, url })
      },
      // A place without a picture stays; opening the image tells the reason.
      () => undefined,
    )
    return () => {
      isWanted = false
    }
  }, [imageId, thumbnails])

  return thumbnails.get(imageId) ?? (loaded?.id === imageId ? loaded.url : null)
}
