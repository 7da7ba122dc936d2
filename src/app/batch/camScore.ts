import type { ImportIssue } from '../../core/issues'
import type { JsonObject } from '../../core/json'
import { defaultParams } from '../../core/params'
import type { BinaryMask, ScoreMap } from '../../core/raster'
import type { ImageId, ImageRecord, RunId, Split, TrainingRun } from '../../domain/records'
import type { ImportedDataset } from '../../formats/format'
import { parseCoco } from '../../formats/coco/parseCoco'
import { TAG_PARAMS } from '../../ml/cam/camParams'
import { addScores, createScoreHistogram } from '../../ml/metrics/ranking'
import { composeTarget } from '../../ml/raster/composeTarget'
import { askClassifier } from '../tags/askClassifier'
import { extendMap } from '../tags/extendedMaps'
import { masksOfMaps } from '../tags/masksOfMaps'
import { loadTagClassifier, type TagClassifier } from '../tags/tagClassifier'
import { loadModel } from '../training/loadModel'
import { predictRecord } from '../training/predictRecord'
import { applyLabels } from './applyLabels'
import { chooseBackbone } from './chooseBackbone'
import { generateMasks } from './cam'
import { failureText } from './failureText'
import type { BatchContext, BatchHandler, BatchInput } from './request'
import { shownStage } from './shownStage'
import { tagParamsOf, trainingParamsOf } from './tagParams'

/** Pixels of one image by the map's value, defect and free: enough for any threshold. */
interface PixelCounts {
  readonly positives: readonly number[]
  readonly negatives: readonly number[]
}

/** Bins of the maps' values 0..1. */
const BINS = 64

/**
 * `camScore` (benchmarks only): trains a classifier on the labels of the train images, and tells for every image of
 * val and test what each stage sees there, as counts against the truth: the map without and with the inpainting extension,
 * the masks by each rule; with `students` also the students of both rounds. Unlike the product it makes masks of images
 * without a label, because that is what a table of a test split needs. `options.rules` names the rules, `extended/crf`
 * with the map that the rule starts from (else the extended one where there is one); the one that `options.shown` names is also handed back as a mask, with its map, for pictures.
 */
export const camScoreCommand: BatchHandler = async (input, context) => {
  const backboneId = await chooseBackbone(input, context)
  const truth = await parseCoco(await input.file('truth'), context.job)
  const labels = await applyLabels(input, context, true)
  const splits = splitsOf(input, context)
  const run = await generateMasks(context, {
    backboneId,
    params: tagParamsOf(input.options),
    makesMasks: input.options['students'] === true,
  })
  const classifier = await loadTagClassifier(context.workspace, run)
  const perImage = []
  const judged = [...splits].filter(([, split]) => split !== 'train')
  for (const [index, [id, split]] of judged.entries()) {
    context.job.signal.throwIfAborted()
    const image = context.workspace.image(id)
    context.job.onProgress({ done: index, total: judged.length, note: image.fileName })
    perImage.push({
      fileName: image.fileName,
      split,
      ...(await stagesOf(context, classifier, image, truth, input.options)),
    })
  }
  const students =
    input.options['students'] === true ? await studentsOf(input, context, judged, truth, backboneId) : []
  const log = await (await context.app.loadTags()).logOf(run.id)
  return {
    issues: [...labels.issues, ...(truth.issues as ImportIssue[])],
    summary: {
      trainingAp: run.trainingAp,
      validationAp: run.validationAp,
      seconds: { ...log?.seconds },
      defaults: { ...defaultParams(TAG_PARAMS) },
      images: perImage,
      students,
    },
    outputs: [],
  }
}

/** `options.splits`: {train: [...], val: [...], test: [...]} of file names. */
function splitsOf({ options }: BatchInput, { app, workspace }: BatchContext): ReadonlyMap<ImageId, Split> {
  const named = options['splits'] as { readonly [split in Split]: readonly string[] }
  const idOf = new Map(
    workspace
      .records()
      .ofType('image')
      .map((image) => [image.fileName, image.id]),
  )
  const splits = new Map<ImageId, Split>()
  for (const split of ['train', 'val', 'test'] as const) {
    const ids = named[split].flatMap((name) => idOf.get(name) ?? [])
    app.images.setSplit(ids, split)
    for (const id of ids) splits.set(id, split)
  }
  return splits
}

async function stagesOf(
  { workspace, job }: BatchContext,
  classifier: TagClassifier,
  image: ImageRecord,
  truth: ImportedDataset,
  options: JsonObject,
) {
  const { services } = workspace
  const truthMask = truthOf(truth, image)
  const picture = await workspace.pictures.decode(image)
  const askedAt = services.clock.ticks()
  const look = await askClassifier(services, classifier, picture, image.pixels, job)
  const lookSeconds = (services.clock.ticks() - askedAt) / 1000
  const stages: { [name: string]: JsonObject } = {}
  const maps: { [name: string]: ScoreMap } = {}
  for (const [name, inpainting] of [
    ['map', false],
    ['extended', true],
  ] as const) {
    if (inpainting && options['extended'] === false) continue
    const asked = { ...classifier, params: { ...classifier.params, inpainting } }
    const startedAt = services.clock.ticks()
    // One class: what a picture without a label is asked about.
    const { map } = await extendMap(services, asked, picture, look, 0, [], job)
    maps[name] = map
    const seconds = (services.clock.ticks() - startedAt) / 1000
    stages[name] = { ...countsOf(truthMask, map), seconds }
  }
  const from = maps['extended'] ?? maps['map']!
  let shown: JsonObject | null = null
  for (const rule of (options['rules'] as readonly (string | JsonObject)[] | undefined) ?? []) {
    const [maskFrom, mapName] =
      typeof rule === 'string' ? (rule.split('/').reverse() as [string, string?]) : []
    const asked = typeof rule === 'string' ? { maskFrom: maskFrom! } : rule
    const map = mapName === undefined ? from : maps[mapName]!
    const startedAt = services.clock.ticks()
    const params = { ...classifier.params, ...asked }
    const [made] = await masksOfMaps(workspace, image, picture, [map], classifier.polarities, params, job)
    const seconds = (services.clock.ticks() - startedAt) / 1000
    stages[typeof rule === 'string' ? rule : JSON.stringify(rule)] = {
      ...overlapOf(truthMask, made!.mask),
      seconds,
    }
    if (rule === options['shown']) shown = shownStage(map, made!.mask)
  }
  const peak = maps['map']!.data.reduce((best, value, p, all) => (value > all[best]! ? p : best), 0)
  return {
    score: look.scores[0]!,
    peak: [peak % image.width, Math.floor(peak / image.width)],
    lookSeconds,
    stages,
    ...(shown === null ? {} : { shown }),
  }
}

/** Students of both rounds on the masks of the run that is shown. */
async function studentsOf(
  input: BatchInput,
  context: BatchContext,
  judged: readonly (readonly [ImageId, Split])[],
  truth: ImportedDataset,
  backboneId: string,
): Promise<JsonObject[]> {
  const { app, workspace, job } = context
  const rounds: JsonObject[] = []
  const { seed } = tagParamsOf(input.options)
  const request = {
    recipe: 'cam' as const,
    backboneId,
    params: { ...trainingParamsOf(input.options), ...(seed === undefined ? {} : { seed }) },
  }
  let former: RunId | null = null
  for (const round of [1, 2]) {
    if (former !== null && (await (await app.loadTags()).nextRound(former)) === null)
      throw new Error(failureText(app, 'no second round'))
    const id: RunId | null = await app.training.start(request)
    if (id === null) throw new Error(failureText(app, 'no student'))
    former = id
    const run = workspace.records().get(id) as TrainingRun
    const model = await loadModel(workspace, run)
    const images: JsonObject[] = []
    for (const [imageId, split] of judged) {
      const image = workspace.image(imageId)
      const startedAt = workspace.services.clock.ticks()
      const { defect, imageScore } = await predictRecord(workspace, model, image, job.signal)
      images.push({
        seconds: (workspace.services.clock.ticks() - startedAt) / 1000,
        fileName: image.fileName,
        split,
        score: imageScore,
        ...countsOf(truthOf(truth, image), defect),
      })
    }
    rounds.push({
      round,
      seconds: run.seconds,
      canvas: `${model.canvas.width}x${model.canvas.height}`,
      images,
    })
  }
  return rounds
}

/** 1 where some object of the truth lies. */
function truthOf(truth: ImportedDataset, image: ImageRecord): Uint8Array {
  const objects = truth.objects.filter((object) => object.fileName === image.fileName && object.rle !== null)
  const instances = objects.map((object) => ({ rle: object.rle!, classIndex: 1 }))
  const size = { width: image.width, height: image.height }
  return composeTarget({ image: size, instances, ignoreUnder: [], ignoreOver: [] }, null).data
}

function countsOf(truth: Uint8Array, { data }: ScoreMap): PixelCounts & JsonObject {
  const fine = createScoreHistogram()
  addScores(fine, truth, data)
  return { positives: coarse(fine.positives), negatives: coarse(fine.negatives) }
}

function coarse(bins: Float64Array): number[] {
  const width = bins.length / BINS
  return Array.from({ length: BINS }, (_, b) =>
    bins.subarray(b * width, (b + 1) * width).reduce((sum, count) => sum + count, 0),
  )
}

function overlapOf(truth: Uint8Array, { data }: BinaryMask): JsonObject {
  let [tp, fp, fn] = [0, 0, 0]
  for (let p = 0; p < data.length; p++) {
    if (data[p] === 1 && truth[p] === 1) tp++
    else if (data[p] === 1) fp++
    else if (truth[p] === 1) fn++
  }
  return { tp, fp, fn }
}
