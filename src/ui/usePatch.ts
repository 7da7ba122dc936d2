import { useEffect, useState } from 'react'
import type { MaskPatch } from '../app/app'
import type { MaskId } from '../domain/records'
import { useApp } from './AppProvider'

/** The pixels of a mask: at once when the cache has them, else as soon as they are read; null until then. */
export function usePatch(maskId: MaskId | null): MaskPatch | null {
  const { pictures } = useApp()
  const [loaded, setLoaded] = useState<{ readonly id: MaskId; readonly patch: MaskPatch } | null>(null)
  const cached = maskId === null ? null : pictures.patch(maskId)

  useEffect(() => {
    if (maskId === null || pictures.patch(maskId) !== null) return
    let isWanted = true
    pictures.loadMask(maskId).then(
      (patch) => {
        if (isWanted) setLoaded({ id: maskId, patch })
      },
      // The picture stays without this mask; who opens the image is told why.
      () => undefined,
    )
    return () => {
      isWanted = false
    }
  }, [maskId, pictures])

  if (cached !== null) return cached
  return loaded !== null && loaded.id === maskId ? loaded.patch : null
}
