import type { Random } from '../../core/random'
import type { ClassifierExample, ClassifierView, CropRequest } from '../../ml/cam/classifier'
import { guidedBox } from '../../ml/cam/guidedBox'
import { sampleFreeCrop, sampleGuidedCrop } from '../../ml/cam/guidedCrop'
import type { ClassifierPlan } from './classifierPlan'
import type { ClassifierState, LabelledView } from './classifierState'
import { seenCam } from './seenCam'

/** Crops of defective and of clean pictures, labels kept. */
export interface GuidedCrops {
  readonly defective: readonly LabelledView[]
  readonly clean: readonly LabelledView[]
}

export const NO_CROPS: GuidedCrops = { defective: [], clean: [] }

/**
 * New crops by what the classifier sees now: one of each defective picture around the map of one of its classes (none
 * where the map is flat or no crop held its peak), and as many of clean pictures, drawn by lot, at random places and of the
 * same sizes: more would not be looked at, since batches are balanced, and each costs a pass of the backbone.
 * Source: methods/cam-pseudo-masks.md, A4 (our reconstruction on ContrastiveCrop).
 */
export async function drawGuidedCrops(
  state: ClassifierState,
  { defective, clean, params, pooling, uprights }: ClassifierPlan,
  cropFeatures: (requests: readonly CropRequest[]) => Promise<readonly ClassifierView[]>,
  random: Random,
  breathe: () => Promise<void>,
): Promise<GuidedCrops> {
  const uprightOf = (examples: readonly ClassifierExample[]): ClassifierExample[] => [
    ...new Map(
      examples.flatMap(({ imageIndex }) => {
        const upright = uprights.get(imageIndex)
        return upright === undefined ? [] : [[imageIndex, upright] as const]
      }),
    ).values(),
  ]
  const asked: { readonly request: CropRequest; readonly example: ClassifierExample }[] = []
  for (const example of uprightOf(defective)) {
    const present = [...example.presence].flatMap((value, k) => (value === 1 ? [k] : []))
    const heat = await seenCam(state, example, present[random.integer(present.length)]!, pooling)
    await breathe()
    const guided = guidedBox(heat, params.cropThreshold)
    const rect = guided === null ? null : sampleGuidedCrop(guided.box, guided.peak, random)
    if (rect !== null) asked.push({ request: { imageIndex: example.imageIndex, rect }, example })
  }
  const guidedCount = asked.length
  for (const example of random.shuffle(uprightOf(clean)).slice(0, guidedCount)) {
    asked.push({ request: { imageIndex: example.imageIndex, rect: sampleFreeCrop(random) }, example })
  }
  if (asked.length === 0) return NO_CROPS
  const views = await cropFeatures(asked.map(({ request }) => request))
  const labelled = views.map((view, i): LabelledView => ({ ...view, presence: asked[i]!.example.presence }))
  return { defective: labelled.slice(0, guidedCount), clean: labelled.slice(guidedCount) }
}
