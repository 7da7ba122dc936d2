import { AppError } from '../../core/errors'
import type { JobOptions, Lane } from '../../core/job'
import type { BoxAnnotation } from '../../domain/records'
import type { CropPrompt, GeneratorContext } from '../../ml/generators/generator'
import type { SegmenterDescription } from '../../ports/segmenter'
import type { Workspace } from '../workspace'
import { candidatesOf, type Answer, type AnswerMemory } from './answers'
import type { BoxPrompt } from './boxPrompt'
import type { Recipe } from './recipe'

/** No generator draws lots yet; provenance names the seed so that one may. */
export const GENERATOR_SEED = 0

/**
 * Runs a generator on one box and keeps its answer. A correcting click is asked with the candidate that it corrects,
 * where that is still in memory. Throws `model/incompatible` for clicks that the model cannot take.
 */
export async function askGenerator(
  workspace: Workspace,
  memory: AnswerMemory,
  question: { readonly box: BoxAnnotation; readonly prompt: BoxPrompt; readonly recipe: Recipe },
  lane: Lane,
  options: JobOptions,
): Promise<Answer> {
  const { box, prompt, recipe } = question
  const image = workspace.image(box.imageId)
  const picture = await workspace.pictures.decode(image)
  const { segmenter } = workspace.services
  const model = recipe.modelId === null ? null : await segmenter.describe(recipe.modelId)
  if (model !== null) refuseUnusableClicks(model, prompt)
  const context: GeneratorContext =
    model === null
      ? { seed: GENERATOR_SEED }
      : {
          seed: GENERATOR_SEED,
          segmenter: {
            segment: (asked: CropPrompt) =>
              segmenter.segment(model.id, image.pixels, picture, asked, lane, options),
            canvasSide: model.input.kind === 'image' ? model.input.canvasSide : null,
          },
        }
  const clicks = model === null ? [] : prompt.clicks
  const former = model?.accepts.feedback === true ? formerOf(memory, question) : null
  options.signal.throwIfAborted()
  const made = await recipe.generator.generate(
    { image: picture, boxPx: prompt.boxPx, clicks, former },
    // The registry forgets each generator's own parameter types; `recipeOf` has read them.
    recipe.params as never,
    context,
    options,
  )
  const answer: Answer = { recipe, prompt, modelHash: model?.modelHash ?? null, made, chosen: 0 }
  memory.keep(box.id, answer)
  return answer
}

/** The candidate that the last click corrects: what was shown for the same box without that click. */
function formerOf(
  memory: AnswerMemory,
  { box, prompt, recipe }: { box: BoxAnnotation; prompt: BoxPrompt; recipe: Recipe },
) {
  if (prompt.clicks.length === 0) return null
  const before = memory.find(box.id, recipe, { ...prompt, clicks: prompt.clicks.slice(0, -1) })
  return before === null ? null : (candidatesOf(before)[before.chosen]?.former ?? null)
}

function refuseUnusableClicks({ title, accepts }: SegmenterDescription, { clicks }: BoxPrompt): void {
  const isUsable = clicks.every((click) =>
    click.isPositive ? accepts.positiveClicks : accepts.negativeClicks,
  )
  if (isUsable) return
  const count = `${clicks.length} ${clicks.length === 1 ? 'click' : 'clicks'}`
  throw new AppError(
    'model/incompatible',
    `the box has ${count}, which ${title} cannot take; take them back with Backspace, or choose another model`,
  )
}
