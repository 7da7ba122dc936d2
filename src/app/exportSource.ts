import type { JsonObject } from '../core/json'
import { decisionOf } from '../domain/live'
import { exportScope, type ExportChoice } from '../domain/exportScope'
import type { ImageRecord, PseudoMask } from '../domain/records'
import type { ExportObject, ExportSource } from '../formats/format'
import type { Workspace } from './workspace'

/** What an exporter reads: the same scope that the Export screen counts, pixels image by image. */
export function exportSource(workspace: Workspace, choice: ExportChoice): ExportSource {
  const records = workspace.records()
  const project = workspace.project()
  const scope = exportScope(records, choice)
  const byImage = <T extends { readonly imageId: string }>(
    list: readonly T[],
  ): ReadonlyMap<string, readonly T[]> => {
    const map = new Map<string, T[]>()
    for (const item of list) map.set(item.imageId, [...(map.get(item.imageId) ?? []), item])
    return map
  }
  const masks = byImage(scope.masks)
  const boxes = byImage(scope.boxOnly)
  const ignores = byImage(scope.ignoreRegions)
  const maskObject = async (mask: PseudoMask, kind: 'mask' | 'ignore'): Promise<ExportObject> => {
    const box = mask.annotationId === null ? undefined : records.get(mask.annotationId)
    return {
      kind,
      classId: mask.classId,
      mask,
      box: box?.type === 'annotation' ? box : null,
      rle: await workspace.pictures.rle(mask),
      attributes: attributesOf(workspace, mask),
    }
  }
  return {
    project,
    classes: project.classOrder.flatMap((id) => {
      const record = records.get(id)
      return record?.type === 'class' ? [record] : []
    }),
    images: scope.images,
    leftOut: [...scope.leftOut.unseen, ...scope.leftOut.skipped],
    objectsOf: async (image: ImageRecord) => [
      ...(await Promise.all((masks.get(image.id) ?? []).map((mask) => maskObject(mask, 'mask')))),
      ...(boxes.get(image.id) ?? []).map(
        (box): ExportObject => ({
          kind: 'boxOnly',
          classId: box.classId,
          mask: null,
          box,
          rle: null,
          attributes: {},
        }),
      ),
      ...(await Promise.all((ignores.get(image.id) ?? []).map((mask) => maskObject(mask, 'ignore')))),
    ],
  }
}

/** Who made the mask and who judged it: optional in the file, kept in words a reader elsewhere understands. */
function attributesOf(workspace: Workspace, mask: PseudoMask): JsonObject {
  const decision = decisionOf(workspace.records(), mask.id)
  const { provenance } = mask
  const origin = provenance.kind === 'generated' ? provenance.generatorId : provenance.kind
  return {
    origin,
    ...(mask.quality.predictedIou === null ? {} : { predicted_iou: mask.quality.predictedIou }),
    ...(decision === null ? {} : { review: decision.verdict, reviewed_at: decision.decidedAt }),
  }
}
