import { AppError } from '../../core/errors'
import { currentMasksOfImage, decisionOf, isLive } from '../../domain/live'
import type { ImageRecord, PseudoMask, TagRun } from '../../domain/records'
import { rleToString } from '../../ml/raster/rleString'
import type { TagRequest } from '../tagsFace'
import { applyLabels } from './applyLabels'
import { chooseBackbone } from './chooseBackbone'
import { failureText } from './failureText'
import { textFile, type BatchContext, type BatchHandler } from './request'
import { allTagParamsOf } from './tagParams'

/**
 * `cam`: `{file_name: [class, …]}` -> COCO masks of the tagged images, with the classifier's score of every image of the
 * folder under `images[].attributes.score`. Where the classifier fires on an image that the file calls clean, that is said
 * under `attributes.fires`, and no mask is written: nothing is added by itself.
 */
export const camCommand: BatchHandler = async (input, context) => {
  const backboneId = await chooseBackbone(input, context)
  const labels = await applyLabels(input, context, true)
  const run = await generateMasks(context, { backboneId, params: allTagParamsOf(input.options) })
  const { workspace } = context
  const records = workspace.records()
  const images: object[] = []
  const annotations: object[] = []
  const classNumber = new Map(workspace.project().classOrder.map((id, index) => [id, index + 1]))
  for (const image of records.ofType('image')) {
    const masks = tagMasksOf(context, image, run)
    const score = records.ofImage('tagScore', image.id)[0]?.score ?? null
    const isClean = image.status === 'confirmedClean'
    images.push({
      id: images.length + 1,
      file_name: image.fileName,
      width: image.width,
      height: image.height,
      attributes: { score, ...(isClean && masks.length > 0 ? { fires: true } : {}) },
    })
    if (isClean) continue
    for (const mask of masks) {
      const rle = await workspace.pictures.rle(mask)
      const { provenance, boundsPx } = mask
      if (provenance.kind !== 'cam' || mask.classId === null) continue
      annotations.push({
        id: annotations.length + 1,
        image_id: images.length,
        category_id: classNumber.get(mask.classId),
        segmentation: { size: [rle.height, rle.width], counts: rleToString(rle) },
        area: mask.areaPx,
        bbox: [boundsPx.x, boundsPx.y, boundsPx.width, boundsPx.height],
        score: provenance.meanActivation,
        iscrowd: 0,
        attributes: { low_confidence: provenance.isLowConfidence },
      })
    }
  }
  const categories = workspace.project().classOrder.map((id, index) => {
    const record = records.get(id)
    return { id: index + 1, name: record?.type === 'class' ? record.name : `class ${index + 1}` }
  })
  const log = await (await context.app.loadTags()).logOf(run.id)
  return {
    issues: labels.issues,
    summary: {
      clean: labels.clean,
      defective: labels.defective,
      images: images.length,
      masks: annotations.length,
      trainingAp: run.trainingAp,
      validationAp: run.validationAp,
      seconds: { ...log?.seconds },
    },
    outputs: [textFile('masks.json', JSON.stringify({ images, categories, annotations }))],
  }
}

/** Classifier and masks. Throws with the notice that says why there are none. */
export async function generateMasks(context: BatchContext, request: TagRequest): Promise<TagRun> {
  const tags = await context.app.loadTags()
  const id = await tags.generate(request)
  const run = id === null ? undefined : context.workspace.records().get(id)
  if (run?.type === 'tagRun') return run
  throw new AppError('train/no-examples', failureText(context.app, 'no masks were made'))
}

function tagMasksOf({ workspace }: BatchContext, image: ImageRecord, run: TagRun): PseudoMask[] {
  const records = workspace.records()
  const known = new Set(currentMasksOfImage(records, image.id).map(({ id }) => id))
  return records
    .ofImage('mask', image.id)
    .filter(
      (mask) =>
        mask.provenance.kind === 'cam' &&
        mask.provenance.tagRunId === run.id &&
        !known.has(mask.id) &&
        isLive(records, mask) &&
        decisionOf(records, mask.id) === null,
    )
}
