import type { Pictures } from '../../../app/app'
import { createCell, type Observable } from '../../../core/observable'
import type { Box } from '../../../core/geometry'
import type { BinaryMask } from '../../../core/raster'
import type { MaskId } from '../../../domain/records'
import { maskCanvas } from '../maskBitmap'
import { outlinePath } from '../maskOutline'

/** What the canvas shows of a mask: its inside as a picture of just its box, its border as a path. */
export interface MaskSprite {
  readonly boundsPx: Box
  readonly mask: BinaryMask
  /** Alpha 255 inside; null for a mask without pixels. */
  readonly fill: HTMLCanvasElement | null
  /** In patch coordinates; made when it is asked for, because crowded images never ask. */
  outline(): Path2D
}

export interface SpriteStore {
  /** The sprite, or null while its pixels are being read; `loaded` then rises. */
  get(maskId: MaskId, color: string): MaskSprite | null
  /** Rises after a batch of masks has arrived. */
  readonly loaded: Observable<number>
}

// 96 MB of fills; a 100 x 100 mask takes 40 kB.
const BUDGET_BYTES = 96e6

export function createSpriteStore(pictures: Pictures): SpriteStore {
  const sprites = new Map<string, MaskSprite>()
  const loading = new Set<MaskId>()
  // Pixels that are not in this browser are asked for once, not at every frame.
  const missing = new Set<MaskId>()
  const loaded = createCell(0)
  let bytes = 0
  let isScheduled = false

  const announce = (): void => {
    if (isScheduled) return
    isScheduled = true
    // Masks of an image arrive one by one: one redraw a frame is enough.
    requestAnimationFrame(() => {
      isScheduled = false
      loaded.set(loaded.get() + 1)
    })
  }
  const load = (maskId: MaskId): void => {
    if (loading.has(maskId) || missing.has(maskId)) return
    loading.add(maskId)
    pictures
      .loadMask(maskId)
      .catch(() => missing.add(maskId))
      .finally(() => {
        loading.delete(maskId)
        announce()
      })
  }
  const trim = (): void => {
    for (const [key, sprite] of sprites) {
      if (bytes <= BUDGET_BYTES) return
      sprites.delete(key)
      bytes -= sprite.mask.data.length * 4
    }
  }

  return {
    loaded,
    get: (maskId, color) => {
      const key = `${maskId}|${color}`
      const known = sprites.get(key)
      if (known !== undefined) return known
      const patch = pictures.patch(maskId)
      if (patch === null) {
        load(maskId)
        return null
      }
      let path: Path2D | null = null
      const sprite: MaskSprite = {
        boundsPx: patch.boundsPx,
        mask: patch.mask,
        fill: maskCanvas(patch.mask, { color, fill: 'solid' }),
        outline: () => (path ??= outlinePath(patch.mask)),
      }
      sprites.set(key, sprite)
      bytes += patch.mask.data.length * 4
      trim()
      return sprite
    },
  }
}
