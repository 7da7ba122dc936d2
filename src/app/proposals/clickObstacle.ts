import type { Workspace } from '../workspace'
import { currentRecipe } from './recipe'

/** Why a click could not be used now, with the remedy; null when it can. Throws when the model is not there. */
export async function clickObstacle(workspace: Workspace, isPositive: boolean): Promise<string | null> {
  const { generator, modelId } = currentRecipe(workspace)
  if (modelId === null)
    return `“${generator.title}” goes by the box alone. Choose the Segmenter under “Box to mask” to use clicks.`
  const { title, accepts } = await workspace.services.segmenter.describe(modelId)
  if (isPositive ? accepts.positiveClicks : accepts.negativeClicks) return null
  const kind = accepts.positiveClicks || accepts.negativeClicks ? (isPositive ? 'such' : 'negative') : ''
  return `${title} takes a box, but no ${kind === '' ? '' : `${kind} `}clicks. Choose another model under “Box to mask”; the box and its mask stay.`
}
