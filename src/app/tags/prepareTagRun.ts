import { AppError } from '../../core/errors'
import type { Size } from '../../core/geometry'
import type { JsonObject } from '../../core/json'
import { readParams } from '../../core/params'
import type { ClassId } from '../../domain/records'
import type { TagSet } from '../../domain/tagSet'
import { TAG_PARAMS, type TagParams } from '../../ml/cam/camParams'
import { chooseCanvas } from '../../ml/imaging/networkInput'
import type { FeatureLevel } from '../../ml/training'
import type { BackboneDescription } from '../../ports/featureExtractor'
import type { TagRequest } from '../tagsFace'
import type { Workspace } from '../workspace'
import { asksSegmenter } from './promptedMask'

/** Everything a tag run is, before its first picture is read. */
export interface PreparedTagRun {
  readonly params: TagParams
  readonly values: JsonObject
  readonly backbone: BackboneDescription
  /** Of the backbone, those that the classifier looks at. */
  readonly levels: readonly FeatureLevel[]
  /** Classes that some training image has, in the project's order: class k of the classifier. */
  readonly classIds: readonly ClassId[]
  /** Input of the classifier. */
  readonly canvas: Size
}

/** The long side of the typical picture, but no more than this unless a person asks for it (docs/image-labels.md). */
const AUTOMATIC_SIDE_PX = 640

/**
 * Throws `usage/invalid-parameter` naming each faulty parameter, `model/missing` for a backbone that is not here, or for a
 * segmenter that the rule of masks asks.
 */
export async function prepareTagRun(
  workspace: Workspace,
  set: TagSet,
  { params: input, backboneId }: TagRequest,
): Promise<PreparedTagRun> {
  const settings = workspace.settings()
  const { values, issues } = readParams(TAG_PARAMS, { ...settings.tagging, ...input })
  if (issues.length > 0)
    throw new AppError('usage/invalid-parameter', issues.map(({ message }) => message).join('; '))
  const params = values as unknown as TagParams
  const backbone = await workspace.services.features.describe(backboneId ?? settings.backboneId)
  if (asksSegmenter(params)) await workspace.services.segmenter.describe(settings.segmenterModelId)
  const taught = new Set(set.summary.perClass.map(({ classId }) => classId))
  const sizes = [...set.train, ...set.validation].map(({ imageId }) => workspace.image(imageId))
  const sides = sizes.map(({ width, height }) => Math.max(width, height)).sort((a, b) => a - b)
  const typical = sides[sides.length >> 1]!
  const side = params.classifierSide > 0 ? params.classifierSide : Math.min(typical, AUTOMATIC_SIDE_PX)
  return {
    params,
    values: values as JsonObject,
    backbone,
    levels: usedLevels(backbone, Number(params.finestStride)),
    classIds: workspace.project().classOrder.filter((id) => taught.has(id)),
    canvas: chooseCanvas(sizes, [], side, backbone.multipleOf),
  }
}

/**
 * Of a pyramid the wanted level and the next coarser one: coarser still the map loses its place (docs/benchmarks.md). Of
 * tokens, which have one stride, all.
 */
function usedLevels({ kind, levels }: BackboneDescription, finestStride: number): readonly FeatureLevel[] {
  if (kind === 'tokens') return levels
  const used = levels.filter(({ stride }) => stride >= finestStride).slice(0, 2)
  return used.length > 0 ? used : levels.slice(-1)
}
