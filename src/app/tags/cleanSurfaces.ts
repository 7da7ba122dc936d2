import type { RgbaImage } from '../../core/raster'
import type { TagSet } from '../../domain/tagSet'
import { resizeRgba } from '../../ml/raster/resize'
import type { Workspace } from '../workspace'
import type { TagClassifier } from './tagClassifier'

/** Pictures of clean parts that lie like a given one, nearest first. */
export interface CleanSurfaces {
  nearest(picture: RgbaImage): Promise<readonly RgbaImage[]>
}

/** Of each picture so many are kept at full size for the median (methods/cam-pseudo-masks.md §6). */
const NEAREST = 8
/** More candidates cost memory and change the eight nearest little. */
const MOST_CANDIDATES = 64
/** Side of the small copies that are compared. */
const COMPARED_PX = 32

/**
 * The clean training images as normal surface, when the person says that parts lie alike in all pictures; otherwise none.
 * Only pictures of the same size are compared, by the mean absolute difference of small copies.
 */
export function createCleanSurfaces(
  workspace: Workspace,
  { clean }: Pick<TagSet, 'clean'>,
  { params }: Pick<TagClassifier, 'params'>,
): CleanSurfaces {
  const small = new Map<string, RgbaImage>()
  const shrink = (picture: RgbaImage): RgbaImage =>
    resizeRgba(picture, { width: COMPARED_PX, height: COMPARED_PX })
  return {
    nearest: async (picture) => {
      if (!params.registered) return []
      const alike = clean
        .map(({ imageId }) => workspace.image(imageId))
        .filter(({ width, height }) => width === picture.width && height === picture.height)
        .slice(0, MOST_CANDIDATES)
      const shown = shrink(picture)
      const distances: { readonly image: (typeof alike)[number]; readonly distance: number }[] = []
      for (const image of alike) {
        let copy = small.get(image.id)
        if (copy === undefined) small.set(image.id, (copy = shrink(await workspace.pictures.decode(image))))
        distances.push({ image, distance: difference(shown, copy) })
      }
      distances.sort((a, b) => a.distance - b.distance)
      return Promise.all(distances.slice(0, NEAREST).map(({ image }) => workspace.pictures.decode(image)))
    },
  }
}

function difference(a: RgbaImage, b: RgbaImage): number {
  let sum = 0
  for (let i = 0; i < a.data.length; i++) sum += Math.abs(a.data[i]! - b.data[i]!)
  return sum
}
