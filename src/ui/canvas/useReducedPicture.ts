import { useEffect, useState } from 'react'

/** Beyond this a picture is slow to shrink at every frame. */
const FROM_PIXELS = 12e6
/** Long side of the smaller copy: enough for a wide window on a screen of double density. */
const REDUCED_SIDE_PX = 4096

const reducedOf = new WeakMap<ImageBitmap, ImageBitmap>()

/** A smaller copy of a very large picture, for drawing it whole; null while it is made, and where none is needed. */
export function useReducedPicture(bitmap: ImageBitmap | null): ImageBitmap | null {
  const [, setReady] = useState(0)
  useEffect(() => {
    if (bitmap === null || bitmap.width * bitmap.height < FROM_PIXELS || reducedOf.has(bitmap)) return
    const share = REDUCED_SIDE_PX / Math.max(bitmap.width, bitmap.height)
    if (share >= 1) return
    let isWanted = true
    const size = {
      resizeWidth: Math.max(1, Math.round(bitmap.width * share)),
      resizeHeight: Math.max(1, Math.round(bitmap.height * share)),
      resizeQuality: 'medium' as const,
    }
    createImageBitmap(bitmap, size).then(
      (reduced) => {
        reducedOf.set(bitmap, reduced)
        if (isWanted) setReady((count) => count + 1)
      },
      // No memory for a copy: the large picture is drawn, only more slowly.
      () => undefined,
    )
    return () => {
      isWanted = false
    }
  }, [bitmap])
  return bitmap === null ? null : (reducedOf.get(bitmap) ?? null)
}
