import type { JobOptions } from '../../core/job'
import type { TagSet } from '../../domain/tagSet'
import { polarityVote, type Polarity } from '../../ml/cam/contrastMask'
import { normaliseCam } from '../../ml/cam/normaliseCam'
import type { Workspace } from '../workspace'
import { askClassifier } from './askClassifier'
import type { TagClassifier } from './tagClassifier'

/** So many pictures of a class are asked; more would not change a majority. */
const VOTERS = 24

/**
 * Whether each class's defects are darker or brighter than their surroundings, by the majority of its training images,
 * or as the parameters say. In the order of the classifier's classes; dark where nobody votes.
 */
export async function votePolarities(
  workspace: Workspace,
  { train }: TagSet,
  classifier: TagClassifier,
  { signal }: JobOptions,
): Promise<Polarity[]> {
  const { params, classIds } = classifier
  const { polarity } = params
  if (polarity === 'dark' || polarity === 'bright') return classIds.map(() => polarity)
  if (params.maskFrom !== 'contrast' && params.maskFrom !== 'mixed') return classIds.map(() => 'dark')
  const ballots = classIds.map(() => 0)
  const voters = classIds.map(() => 0)
  for (const { imageId, present } of train) {
    const wanted = [...classIds.keys()].filter((k) => present.includes(classIds[k]!) && voters[k]! < VOTERS)
    if (wanted.length === 0) continue
    signal.throwIfAborted()
    const image = workspace.image(imageId)
    const picture = await workspace.pictures.decode(image)
    const options = { signal, onProgress: () => {} }
    const look = await askClassifier(workspace.services, classifier, picture, image.pixels, options)
    for (const k of wanted) {
      ballots[k]! += Math.sign(polarityVote(picture, normaliseCam(look.maps[k]!), params.foreground))
      voters[k]!++
    }
  }
  return ballots.map((sum) => (sum >= 0 ? 'dark' : 'bright'))
}
