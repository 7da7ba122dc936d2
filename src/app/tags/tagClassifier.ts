import { AppError } from '../../core/errors'
import type { Size } from '../../core/geometry'
import { readParams } from '../../core/params'
import type { ClassId, TagRun } from '../../domain/records'
import { TAG_PARAMS, type TagParams } from '../../ml/cam/camParams'
import type { Polarity } from '../../ml/cam/contrastMask'
import type { FeatureLevel } from '../../ml/training'
import type { BackboneDescription } from '../../ports/featureExtractor'
import type { Workspace } from '../workspace'

/** A trained classifier with all that is needed to ask it about a picture. */
export interface TagClassifier {
  /** Names the bytes, so that they are opened once. */
  readonly key: string
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly classIds: readonly ClassId[]
  readonly backbone: BackboneDescription
  readonly levels: readonly FeatureLevel[]
  readonly canvas: Size
  readonly params: TagParams
  /** In the order of `classIds`. */
  readonly polarities: readonly Polarity[]
}

/**
 * The classifier of a run that is over. Throws `model/missing` when it has none or its backbone is not on this computer,
 * `model/incompatible` when the backbone is another than it was trained on.
 */
export async function loadTagClassifier(workspace: Workspace, run: TagRun): Promise<TagClassifier> {
  if (run.classifier === null)
    throw new AppError('model/missing', `"${run.name}" has no classifier: it was ${run.status}`)
  const backbone = await workspace.services.features.describe(run.backbone.id)
  if (backbone.hash !== run.backbone.hash)
    throw new AppError(
      'model/incompatible',
      `"${run.name}" was trained on other weights of the backbone "${run.backbone.id}" than are here now`,
    )
  return {
    key: run.classifier,
    bytes: await workspace.services.storage.blobs.get(run.classifier),
    classIds: run.classIds,
    backbone,
    levels: run.levels,
    canvas: run.canvas,
    params: readParams(TAG_PARAMS, run.params).values as unknown as TagParams,
    polarities: run.polarities,
  }
}
