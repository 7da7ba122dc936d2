import type { JobOptions } from '../../core/job'
import { idOf, type ClassId, type ImageRecord, type PseudoMask, type TagRunId } from '../../domain/records'
import type { RecordsView } from '../../domain/live'
import type { TaggedImage } from '../../domain/tagSet'
import type { TagParams } from '../../ml/cam/camParams'
import type { Polarity } from '../../ml/cam/contrastMask'
import type { StudentModel } from '../training/predictImage'
import { predictRecord } from '../training/predictRecord'
import type { Workspace } from '../workspace'
import type { LiveTaggingView } from './liveTagging'
import { masksOfMaps } from './masksOfMaps'
import { studentMaps } from './studentMaps'
import { tagMaskRecords } from './tagMaskRecords'

export interface SecondRound {
  readonly tagRunId: TagRunId
  /** The run whose masks the student learned from: where the student sees nothing, they stand. */
  readonly firstId: TagRunId
  readonly targets: readonly TaggedImage[]
  readonly params: TagParams
  readonly model: StudentModel
  readonly studentClassIds: readonly ClassId[]
  /** Of every class that the first round knew. */
  readonly polarityOf: ReadonlyMap<ClassId, Polarity>
}

/** The student's probabilities are what they say; only a CAM's background has to be guessed from its power. */
const PROBABILITY_POWER = 1

/**
 * The additional round (stage E): a student's predictions of the tagged images, gated by their labels and refined again,
 * become the masks of a second training. That there is such a round is stated by the source, the rest is our
 * reconstruction (methods/cam-pseudo-masks.md §8). Returns how many masks were made, and for how many images those of the
 * first round stand.
 */
export async function makeSecondRound(
  workspace: Workspace,
  { tagRunId, firstId, targets, params, model, studentClassIds, polarityOf }: SecondRound,
  view: LiveTaggingView,
  { signal, onProgress }: JobOptions,
): Promise<{ readonly masks: number; readonly kept: number }> {
  let masks = 0
  let kept = 0
  const rules = { ...params, backgroundPower: PROBABILITY_POWER, foreground: model.threshold }
  for (const [index, { imageId, wanted }] of targets.entries()) {
    signal.throwIfAborted()
    const image = workspace.image(imageId)
    const note = `Second masks for ${image.fileName}`
    onProgress({ done: index, total: targets.length, note })
    view.update({ phase: 'masks', done: index, total: targets.length, note })
    const made = await secondMasks(image, wanted)
    const first = firstMasks(workspace.records(), image, firstId)
    const put = made.length > 0 ? made : first.map((mask) => again(workspace, mask, tagRunId))
    if (made.length === 0) kept++
    masks += put.length
    if (put.length > 0) workspace.transact('Masks of the additional round', 'job', { put })
  }
  return { masks, kept }

  async function secondMasks(image: ImageRecord, wanted: readonly ClassId[]): Promise<PseudoMask[]> {
    const classIds = wanted.filter((id) => studentClassIds.includes(id))
    if (classIds.length === 0) return []
    const prediction = await predictRecord(workspace, model, image, signal)
    const maps = studentMaps(
      prediction,
      classIds.map((id) => studentClassIds.indexOf(id)),
    )
    if (!maps.some(({ data }) => data.some((value) => value >= model.threshold))) return []
    const picture = await workspace.pictures.decode(image)
    const polarities = classIds.map((id) => polarityOf.get(id) ?? 'dark')
    const refined = await masksOfMaps(workspace, image, picture, maps, polarities, rules, {
      signal,
      onProgress: () => {},
    })
    const records: PseudoMask[] = []
    for (const [place, { mask, isLowConfidence }] of refined.entries()) {
      // Nothing survived the refinement: then the first round's mask is the better guess.
      if (isLowConfidence) continue
      records.push(
        ...(await tagMaskRecords(workspace, image, mask, {
          tagRunId,
          round: 2,
          classId: classIds[place]!,
          threshold: model.threshold,
          isLowConfidence: false,
          map: maps[place]!,
        })),
      )
    }
    return records
  }
}

function firstMasks(records: RecordsView, image: ImageRecord, firstId: TagRunId): PseudoMask[] {
  return records
    .ofImage('mask', image.id)
    .filter(({ provenance }) => provenance.kind === 'cam' && provenance.tagRunId === firstId)
}

/** The same mask as one of the next round. */
function again(workspace: Workspace, mask: PseudoMask, tagRunId: TagRunId): PseudoMask {
  const { provenance } = mask
  return {
    ...mask,
    id: idOf('mask', workspace.services.newId()),
    provenance: provenance.kind === 'cam' ? { ...provenance, tagRunId } : provenance,
    createdAt: workspace.services.clock.now(),
  }
}
