import { APP_VERSION } from '../core/appVersion'
import type { Size } from '../core/geometry'
import type { JsonObject } from '../core/json'
import type { ClassDef } from '../domain/records'
import {
  MINIMUM_AREA_PX,
  MODEL_INFO_VERSION,
  type ModelBackbone,
  type ModelFacts,
  type ModelInfo,
  type ModelRun,
} from './modelInfo'
import { describeTensors, postprocessingSteps, preprocessingSteps } from './modelWords'

/**
 * A student of image labels is asked first of all whether a part is defective, and the one highest probability of a picture
 * is too noisy for that (methods/cam-pseudo-masks.md §8, our reconstruction).
 */
const TAGGED_SCORE_SHARE = 0.001

/** Describes a head as it was trained; a student without a backbone is whole by nature. */
export function describeModel(input: {
  readonly studentId: string
  readonly recipe: string
  readonly seed: number
  readonly params: JsonObject
  readonly classes: readonly ClassDef[]
  readonly canvas: Size
  readonly backbone: ModelBackbone | null
  readonly threshold: number
  readonly run: ModelRun
}): ModelInfo {
  const { backbone } = input
  return withWords({
    form: backbone === null ? 'whole' : 'head',
    recipe: input.recipe,
    student: input.studentId,
    seed: input.seed,
    params: input.params,
    classes: input.classes.map(({ name, color }) => ({ name, color })),
    input: { width: input.canvas.width, height: input.canvas.height },
    threshold: input.threshold,
    minimumAreaPx: MINIMUM_AREA_PX,
    minimumPeak: typeof input.params['minimumPeak'] === 'number' ? input.params['minimumPeak'] : 0,
    imageScoreShare: input.recipe === 'cam' ? TAGGED_SCORE_SHARE : 0,
    backbone:
      backbone === null
        ? null
        : {
            id: backbone.id,
            sha256: backbone.sha256,
            source: backbone.source,
            tensors: backbone.tensors,
          },
    run: input.run,
  })
}

/** The same model in another form or at another operating point; its words follow. */
export function describeAgain(
  info: ModelInfo,
  changes: Partial<Pick<ModelFacts, 'form' | 'threshold'>>,
): ModelInfo {
  return withWords({ ...info, ...changes })
}

function withWords(facts: ModelFacts): ModelInfo {
  return {
    format: 'maskwright-student',
    version: MODEL_INFO_VERSION,
    app: `Maskwright ${APP_VERSION}`,
    ...facts,
    tensors: describeTensors(facts),
    preprocessing: preprocessingSteps(facts),
    postprocessing: postprocessingSteps(facts),
  }
}
