import type { LabelMap } from '../../core/raster'
import type { ClassDef, ImageRecord } from '../../domain/records'
import { composeTarget } from '../../ml/raster/composeTarget'
import { rleFromBox } from '../../ml/raster/polygon'
import type { ExportObject } from '../format'

/**
 * The class map of an image: class i of the project's list is i + 1. Small masks lie on large ones; ignore regions on
 * all; a box without a mask is ignored inside, unless a mask says what is there.
 */
export function labelMapOf(
  image: ImageRecord,
  objects: readonly ExportObject[],
  classes: readonly ClassDef[],
): LabelMap {
  const classIndexOf = new Map(classes.map(({ id }, i) => [id as string, i + 1]))
  return composeTarget(
    {
      image,
      instances: objects.flatMap(({ kind, rle, classId }) => {
        const classIndex = classId === null ? undefined : classIndexOf.get(classId)
        return kind === 'mask' && rle !== null && classIndex !== undefined ? [{ rle, classIndex }] : []
      }),
      ignoreUnder: objects.flatMap(({ kind, box }) =>
        kind === 'boxOnly' && box !== null ? [rleFromBox(box.boxPx, image)] : [],
      ),
      ignoreOver: objects.flatMap(({ kind, rle }) => (kind === 'ignore' && rle !== null ? [rle] : [])),
    },
    null,
  )
}
