import { idOf, type BoxAnnotation, type DrawingStyle, type PseudoMask } from '../../domain/records'
import type { Box } from '../../core/geometry'
import type { AlternativeMask } from '../../ml/generators/generator'
import { rleArea, rleBounds, rleFromPatch } from '../../ml/raster/rle'
import type { Workspace } from '../workspace'
import type { Answer } from './answers'
import { GENERATOR_SEED } from './ask'

/** A candidate of an answer as a record with its pixels stored; the caller commits it. */
export async function maskRecord(
  workspace: Workspace,
  box: BoxAnnotation,
  answer: Answer,
  shown: {
    readonly candidate: Omit<AlternativeMask, 'former' | 'evidence'>
    readonly boundsPx: Box
    readonly isFirst: boolean
    readonly style: DrawingStyle | null
  },
): Promise<PseudoMask> {
  const { candidate, boundsPx, isFirst, style } = shown
  const { recipe, prompt, modelHash } = answer
  const rle = rleFromPatch(candidate.mask, boundsPx, workspace.image(box.imageId))
  return {
    id: idOf('mask', workspace.services.newId()),
    type: 'mask',
    role: 'defect',
    imageId: box.imageId,
    classId: box.classId,
    annotationId: box.id,
    pixels: await workspace.pictures.putRle(rle),
    areaPx: rleArea(rle),
    boundsPx: rleBounds(rle),
    isUnresolved: candidate.isUnresolved,
    quality: candidate.scores,
    provenance: {
      kind: 'generated',
      generatorId: recipe.generator.id,
      generatorVersion: recipe.generator.version,
      params: recipe.params,
      modelHash,
      promptBoxPx: prompt.boxPx,
      seed: GENERATOR_SEED,
      modelId: recipe.modelId,
      clicks: recipe.modelId === null ? [] : prompt.clicks,
      style,
      candidate: isFirst ? null : candidate.label,
    },
    createdAt: workspace.services.clock.now(),
    foreign: null,
  }
}
