import {
  idOf,
  type ClassId,
  type ImageRecord,
  type LayerInstance,
  type TrainingRun,
} from '../../domain/records'
import { rleFromString, rleToString } from '../../ml/raster/rleString'
import type { Rle } from '../../core/raster'
import { readInstances } from '../instances'
import type { Workspace } from '../workspace'
import { loadModel } from './loadModel'
import type { PredictedInstance, StudentModel } from './predictImage'
import { predictRecord } from './predictRecord'

/** An instance of a class that the project still has. */
export type RunInstance = PredictedInstance & { readonly classId: ClassId }

/**
 * Runs the student on an image at the run's threshold and keeps the answer as the run's one layer of this image.
 * A tab that only looks keeps nothing.
 */
export async function predictLayer(
  workspace: Workspace,
  run: TrainingRun,
  model: StudentModel,
  image: ImageRecord,
  signal: AbortSignal,
): Promise<{ readonly instances: readonly RunInstance[]; readonly imageScore: number }> {
  const prediction = await predictRecord(workspace, model, image, signal)
  const instances = prediction.instances.flatMap((instance) => {
    const classId = run.classIds[instance.classIndex]
    return classId === undefined || workspace.records().get(classId) === undefined
      ? []
      : [{ ...instance, classId }]
  })
  const { imageScore } = prediction
  if (workspace.store().isReadOnly()) return { instances, imageScore }
  const layerBlob = await workspace.services.storage.blobs.put(
    new TextEncoder().encode(
      JSON.stringify(
        instances.map(
          ({ classId, score, rle }): LayerInstance => ({ classId, score, counts: rleToString(rle) }),
        ),
      ),
    ),
  )
  const formerLayers = workspace
    .records()
    .ofImage('layer', image.id)
    .filter((layer) => layer.runId === run.id)
  workspace.transact('Store prediction', 'ledger', {
    put: [
      {
        id: idOf('layer', workspace.services.newId()),
        type: 'layer',
        imageId: image.id,
        role: 'prediction',
        runId: run.id,
        instances: layerBlob,
        imageScore,
        threshold: model.threshold,
      },
    ],
    remove: formerLayers.map((layer) => layer.id),
  })
  return { instances, imageScore }
}

/** What a run sees on an image, as far as metrics and comparisons need it. */
export interface RunPrediction {
  readonly masks: readonly { readonly classId: ClassId | null; readonly rle: Rle; readonly score: number }[]
  /** Highest defect probability of the image, 0..1; null where it was not kept. */
  readonly imageScore: number | null
}

/**
 * A reader of a run's predictions at its present threshold: the layer that its drafts left, or, where that is missing or
 * was cut at another threshold, a new prediction, which is kept. A run without a model has its layers and no more.
 */
export function createLayerReader(
  workspace: Workspace,
  run: TrainingRun,
): (image: ImageRecord, signal: AbortSignal) => Promise<RunPrediction> {
  let model: Promise<StudentModel> | null = null
  return async (image, signal) => {
    const layer = workspace
      .records()
      .ofImage('layer', image.id)
      .find((candidate) => candidate.role === 'prediction' && candidate.runId === run.id)
    const isPresent = layer !== undefined && (layer.threshold === run.threshold || run.model === null)
    if (isPresent) {
      const stored = readInstances(await workspace.services.storage.blobs.get(layer.instances))
      const masks = stored.map(({ classId, score, counts }) => ({
        classId,
        score,
        rle: rleFromString(counts, image),
      }))
      return { masks, imageScore: layer.imageScore }
    }
    if (run.model === null) return { masks: [], imageScore: 0 }
    model ??= loadModel(workspace, run)
    const { instances, imageScore } = await predictLayer(workspace, run, await model, image, signal)
    return { masks: instances, imageScore }
  }
}
