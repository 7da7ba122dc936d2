import { isAbort, messageOf } from '../../core/errors'
import type { JobOptions } from '../../core/job'
import type { BinaryMask, ScoreMap } from '../../core/raster'
import { idOf, type ClassId, type ImageRecord, type TagRunId } from '../../domain/records'
import type { TagSet } from '../../domain/tagSet'
import type { Workspace } from '../workspace'
import { askClassifier, type ClassifierLook } from './askClassifier'
import { extendMap } from './extendedMaps'
import type { LiveTaggingView } from './liveTagging'
import { masksOfMaps } from './masksOfMaps'
import type { TagClassifier } from './tagClassifier'
import { tagMaskRecords } from './tagMaskRecords'

/** From here on the classifier calls an image defective. */
const FIRES_AT = 0.5

/** What came of the images that were to get masks, for the notice at the end. */
export interface TagMaskCounts {
  readonly masks: number
  /** Images whose refinement left nothing: the strongest places stand in. */
  readonly lowConfidence: number
  /** Files that the classifier does not see the labelled class in: their maps were not extended. */
  readonly missed: readonly string[]
  /** Files where what the classifier sees covers so much that inpainting would have nothing to go by: not extended. */
  readonly tooLarge: readonly string[]
  /** Files without any activation: no mask, a person has to look. */
  readonly empty: readonly string[]
  /** Clean images where the classifier fires: asked about in review. */
  readonly fires: number
  readonly failed: number
}

/**
 * Stages B to D for every image that was only tagged, and the missed-defect hunter for clean ones: where the classifier
 * fires on a clean image it leaves a mask to ask about, which never counts by itself. Every image gets its score.
 * One unreadable picture costs itself only. Cancel keeps the images done so far.
 */
export async function makeTagMasks(
  workspace: Workspace,
  tagRunId: TagRunId,
  set: TagSet,
  classifier: TagClassifier,
  view: LiveTaggingView,
  { signal, onProgress }: JobOptions,
): Promise<TagMaskCounts> {
  const wantedOf = new Map(set.targets.map(({ imageId, wanted }) => [imageId, wanted]))
  const isClean = new Set(set.clean.map(({ imageId }) => imageId))
  const images = workspace
    .records()
    .ofType('image')
    .filter(({ status }) => status !== 'skipped')
  const options: JobOptions = { signal, onProgress: () => {} }
  const counts = { masks: 0, lowConfidence: 0, fires: 0, failed: 0 }
  const missed: string[] = []
  const tooLarge: string[] = []
  const empty: string[] = []
  const startedAt = workspace.services.clock.ticks()

  for (const [index, image] of images.entries()) {
    signal.throwIfAborted()
    const note = `Masks for ${image.fileName}`
    onProgress({ done: index, total: images.length, note })
    const perImage = index === 0 ? null : (workspace.services.clock.ticks() - startedAt) / index / 1000
    const secondsLeft = perImage === null ? null : perImage * (images.length - index)
    view.update({ phase: 'masks', done: index, total: images.length, note, secondsLeft })
    try {
      await oneImage(image)
    } catch (error) {
      if (isAbort(error)) throw error
      counts.failed++
      // The first failure is shown in full; the rest of the images goes on.
      if (counts.failed === 1)
        workspace.notices.say('error', `No mask for ${image.fileName}`, messageOf(error))
    }
  }
  return { ...counts, missed, tooLarge, empty }

  async function oneImage(image: ImageRecord): Promise<void> {
    const picture = await workspace.pictures.decode(image)
    const look = await askClassifier(workspace.services, classifier, picture, image.pixels, options)
    putScore(image, Math.max(...look.scores))
    const fires = classifier.classIds.filter((_, k) => look.scores[k]! >= FIRES_AT)
    const wanted = wantedOf.get(image.id) ?? (isClean.has(image.id) ? fires : [])
    if (wanted.length === 0) return
    const isTarget = wantedOf.has(image.id)
    const maps = new Map<ClassId, ScoreMap>()
    for (const classId of wanted) {
      const k = classifier.classIds.indexOf(classId)
      // A class that no training image has cannot be looked for.
      if (k < 0) continue
      // Of a clean image it is enough to know where to look: its map is not extended.
      const whole = { ...classifier, params: { ...classifier.params, inpainting: false } }
      const { map, stop } = await extendMap(
        workspace.services,
        isTarget ? classifier : whole,
        picture,
        look,
        k,
        options,
      )
      if (isTarget && look.scores[k]! < FIRES_AT && stop !== null) missed.push(image.fileName)
      if (isTarget && stop === 'too-large') tooLarge.push(image.fileName)
      if (map.data.some((value) => value > 0)) maps.set(classId, map)
      else if (isTarget) empty.push(image.fileName)
    }
    if (maps.size === 0) return
    const polarities = [...maps.keys()].map((id) => classifier.polarities[classifier.classIds.indexOf(id)]!)
    const shown = [...maps.values()]
    const masks = await masksOfMaps(workspace, image, picture, shown, polarities, classifier.params, options)
    const made = [...maps].map(([classId, map], place) => ({ classId, map, ...masks[place]! }))
    await putMasks(image, look, made, isTarget)
  }

  async function putMasks(
    image: ImageRecord,
    look: ClassifierLook,
    made: readonly {
      readonly classId: ClassId
      readonly map: ScoreMap
      readonly mask: BinaryMask
      readonly isLowConfidence: boolean
    }[],
    isTarget: boolean,
  ): Promise<void> {
    const records = []
    for (const { classId, map, mask, isLowConfidence } of made) {
      const isMissed = look.scores[classifier.classIds.indexOf(classId)]! < FIRES_AT
      const source = {
        tagRunId,
        round: 1,
        classId,
        threshold: classifier.params.foreground,
        isLowConfidence: isLowConfidence || isMissed,
        map,
      }
      records.push(...(await tagMaskRecords(workspace, image, mask, source)))
      if (isTarget && source.isLowConfidence) counts.lowConfidence++
    }
    // The image may have been removed meanwhile.
    if (records.length === 0 || workspace.records().get(image.id) === undefined) return
    workspace.transact('Masks from labels', 'job', { put: records })
    if (isTarget) counts.masks += records.length
    else counts.fires++
  }

  function putScore(image: ImageRecord, score: number): void {
    const id = idOf('tagScore', image.id.slice('image:'.length))
    workspace.transact('Image score', 'ledger', {
      put: [{ id, type: 'tagScore', imageId: image.id, tagRunId, score }],
    })
  }
}
