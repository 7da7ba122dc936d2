import type { TrainedClassifier } from '../../ml/cam/classifier'
import type { Workspace } from '../workspace'
import type { TagMaskCounts } from './makeTagMasks'

/** Below it on its own training images the classifier has not learned what a defect is. */
const POOR_AP = 0.8
/** So many names fit into a message. */
const NAMED = 3

/** Says when a classifier cannot be trusted, and what that means for its masks. */
export function tellAboutClassifier(
  workspace: Workspace,
  { trainingAp, validationAp }: TrainedClassifier,
): void {
  if (trainingAp !== null && trainingAp < POOR_AP) {
    workspace.notices.say(
      'warning',
      'The classifier fails on its own training images',
      `Image AP ${trainingAp.toFixed(2)} there: it has not learned what tells defective from clean, so its masks are guesses. Check the labels, raise the input size if the defects are small, or draw boxes instead.`,
    )
    return
  }
  if (validationAp !== null && validationAp < POOR_AP) {
    workspace.notices.say(
      'warning',
      'The classifier does not carry over to the validation images',
      `Image AP ${validationAp.toFixed(2)} there: look at every mask before you use it, and label more images.`,
    )
  }
}

/** Says what was made of the labels, and what was not. */
export function tellAboutTagMasks(workspace: Workspace, counts: TagMaskCounts): void {
  const parts: string[] = []
  if (counts.lowConfidence > 0)
    parts.push(
      `${counts.lowConfidence} ${counts.lowConfidence === 1 ? 'mask is' : 'masks are'} weak and marked as such`,
    )
  if (counts.fires > 0)
    parts.push(
      `the classifier fires on ${counts.fires} clean ${counts.fires === 1 ? 'image' : 'images'}: review asks about them`,
    )
  if (counts.failed > 0) parts.push(`${counts.failed} ${counts.failed === 1 ? 'image' : 'images'} failed`)
  const text = parts.length === 0 ? 'They wait in review.' : `They wait in review; ${parts.join('; ')}.`
  workspace.notices.say(
    'success',
    `${counts.masks} ${counts.masks === 1 ? 'mask' : 'masks'} from image labels`,
    text,
  )
  if (counts.empty.length > 0)
    workspace.notices.say(
      'warning',
      `Nothing to see in ${counts.empty.length} labelled ${counts.empty.length === 1 ? 'image' : 'images'}`,
      `${named(counts.empty)}: the classifier fires nowhere, so there is no mask. Draw a box there, or check the label.`,
    )
  if (counts.tooLarge.length > 0)
    workspace.notices.say(
      'info',
      `What is seen in ${counts.tooLarge.length} labelled ${counts.tooLarge.length === 1 ? 'image' : 'images'} is too large to paint over`,
      `${named(counts.tooLarge)}: too little clean surface is left to inpaint from, so their maps were not extended. Look whether the masks cover the whole defect; a box is quicker for defects of this size.`,
    )
  if (counts.missed.length > 0)
    workspace.notices.say(
      'warning',
      `The classifier misses ${counts.missed.length} labelled ${counts.missed.length === 1 ? 'image' : 'images'}`,
      `${named(counts.missed)}: it takes them for clean. Their masks show where it looked most; check them first, or check the label.`,
    )
}

function named(files: readonly string[]): string {
  const unique = [...new Set(files)]
  const more = unique.length - NAMED
  return more > 0 ? `${unique.slice(0, NAMED).join(', ')} and ${more} more` : unique.join(', ')
}
