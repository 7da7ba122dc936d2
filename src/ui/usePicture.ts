import { useEffect, useState } from 'react'
import type { ImageId } from '../domain/records'
import { useScreen } from './AppProvider'

export interface PictureState {
  readonly bitmap: ImageBitmap | null
  readonly failure: unknown
}

const WAITING: PictureState = { bitmap: null, failure: null }

/** The decoded picture of an image: at once when the cache has it, else as soon as it is read. */
export function usePicture(imageId: ImageId | null): PictureState {
  const { pictures } = useScreen()
  const [loaded, setLoaded] = useState<{ readonly id: ImageId; readonly state: PictureState } | null>(null)
  const cached = imageId === null ? null : pictures.get(imageId)

  useEffect(() => {
    if (imageId === null || pictures.get(imageId) !== null) return
    let isWanted = true
    const settle = (state: PictureState): void => {
      if (isWanted) setLoaded({ id: imageId, state })
    }
    pictures.load(imageId).then(
      (bitmap) => settle({ bitmap, failure: null }),
      (failure: unknown) => settle({ bitmap: null, failure }),
    )
    return () => {
      isWanted = false
    }
  }, [imageId, pictures])

  if (cached !== null) return { bitmap: cached, failure: null }
  return loaded !== null && loaded.id === imageId ? loaded.state : WAITING
}
