import type { JsonObject } from '../../core/json'
import { readParams } from '../../core/params'
import type { Provenance } from '../../domain/records'
import { generators } from '../../ml/generators'
import type { Generator } from '../../ml/generators/generator'
import type { Workspace } from '../workspace'

/** How boxes become masks: which generator, with which settings, asking which model. */
export interface Recipe {
  readonly generator: Generator
  /** Complete and valid. */
  readonly params: JsonObject
  /** Null for generators without a model. */
  readonly modelId: string | null
  /** Equal for equal recipes. */
  readonly key: string
}

/** What the project's settings say now. A generator that this version does not know gives way to the first one. */
export function currentRecipe(workspace: Workspace): Recipe {
  const settings = workspace.settings()
  const generator = generators.find(settings.generatorId) ?? generators.all[0]!
  return recipeOf(generator, settings.generatorParams[generator.id] ?? {}, settings.segmenterModelId)
}

/** How a mask was made, or null when its generator is not in this version. */
export function recipeOfMask(provenance: Provenance, workspace: Workspace): Recipe | null {
  if (provenance.kind !== 'generated') return null
  const generator = generators.find(provenance.generatorId)
  // Masks from before models could be chosen name none: what they asked is what the project asks now.
  const modelId = provenance.modelId ?? workspace.settings().segmenterModelId
  return generator === undefined ? null : recipeOf(generator, provenance.params, modelId)
}

function recipeOf(generator: Generator, input: JsonObject, segmenterModelId: string): Recipe {
  const params = readParams(generator.params, input).values
  const modelId = generator.needs.includes('segmenter') ? segmenterModelId : null
  const sorted = Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1))
  return {
    generator,
    params,
    modelId,
    key: JSON.stringify([generator.id, generator.version, modelId, sorted]),
  }
}
