import type { BinaryMask, ScoreMap } from '../../core/raster'
import { idOf, type ClassId, type ImageRecord, type PseudoMask, type TagRunId } from '../../domain/records'
import { connectedComponents } from '../../ml/raster/components'
import { rleFromPatch } from '../../ml/raster/rle'
import type { Workspace } from '../workspace'

/** What a class's mask of one image was made from. */
export interface TagMaskSource {
  readonly tagRunId: TagRunId
  readonly round: number
  readonly classId: ClassId
  readonly threshold: number
  readonly isLowConfidence: boolean
  /** 0..1, of the image's size: says how sure each piece is. */
  readonly map: ScoreMap
}

/** One record for each 8-connected piece of a class's mask, pixels stored; the caller commits them. */
export async function tagMaskRecords(
  workspace: Workspace,
  image: ImageRecord,
  mask: BinaryMask,
  source: TagMaskSource,
): Promise<PseudoMask[]> {
  const { tagRunId, round, classId, threshold, isLowConfidence, map } = source
  const records: PseudoMask[] = []
  for (const { areaPx, boundsPx, mask: patch } of connectedComponents(mask, 8)) {
    let sum = 0
    for (let p = 0; p < patch.data.length; p++) {
      if (patch.data[p] === 0) continue
      const x = boundsPx.x + (p % patch.width)
      const y = boundsPx.y + Math.floor(p / patch.width)
      sum += map.data[y * map.width + x]!
    }
    records.push({
      id: idOf('mask', workspace.services.newId()),
      type: 'mask',
      role: 'defect',
      imageId: image.id,
      classId,
      annotationId: null,
      pixels: await workspace.pictures.putRle(rleFromPatch(patch, boundsPx, image)),
      areaPx,
      boundsPx,
      isUnresolved: false,
      quality: { predictedIou: null, stability: null, tightness: null },
      provenance: {
        kind: 'cam',
        tagRunId,
        round,
        threshold,
        meanActivation: Math.min(1, Math.max(0, sum / areaPx)),
        isLowConfidence,
      },
      createdAt: workspace.services.clock.now(),
      foreign: null,
    })
  }
  return records
}
