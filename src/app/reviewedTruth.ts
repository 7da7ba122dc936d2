import type { Rle } from '../core/raster'
import { currentMasksOfImage, decisionOf, isLive } from '../domain/live'
import type { ClassId, ImageRecord, PseudoMask } from '../domain/records'
import type { Workspace } from './workspace'

/** A mask with its class, as metrics take it. */
export interface Instance {
  readonly classId: ClassId | null
  readonly rle: Rle
  /** 0..1 */
  readonly score: number
}

/** Masks with pixels; an unresolved one has none. */
export function maskInstances(workspace: Workspace, masks: readonly PseudoMask[]): Promise<Instance[]> {
  return Promise.all(
    masks
      .filter((mask) => mask.areaPx > 0 && !mask.isUnresolved)
      .map(async (mask) => ({
        classId: mask.classId,
        score: mask.quality.predictedIou ?? 1,
        rle: await workspace.pictures.rle(mask),
      })),
  )
}

/** What a person accepted on an image: the truth that everything is measured against. */
export function reviewedMasks(workspace: Workspace, image: ImageRecord): Promise<Instance[]> {
  const records = workspace.records()
  return maskInstances(
    workspace,
    currentMasksOfImage(records, image.id).filter(
      (mask) => decisionOf(records, mask.id)?.verdict === 'accepted',
    ),
  )
}

/** Where nobody knows: ignore regions, and masks that a person was unsure about. Excluded from every number. */
export async function ignoreRegions(workspace: Workspace, image: ImageRecord): Promise<Rle[]> {
  const records = workspace.records()
  const regions = records
    .ofImage('mask', image.id)
    .filter(
      (mask) =>
        isLive(records, mask) &&
        (mask.role === 'ignore' || decisionOf(records, mask.id)?.verdict === 'unsure'),
    )
  return Promise.all(regions.map((mask) => workspace.pictures.rle(mask)))
}
