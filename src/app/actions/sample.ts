import type { JobOptions } from '../../core/job'
import {
  idOf,
  type AnyRecord,
  type ClassDef,
  type ImageRecord,
  type LayerInstance,
  type Project,
} from '../../domain/records'
import { encodePng } from '../../formats/png'
import { DEFECT_KINDS, type DefectKind } from '../../ml/sample/defects'
import { generateSample, SAMPLE_COUNT, type SampleImage } from '../../ml/sample/generateSample'
import { rleToString } from '../../ml/raster/rleString'
import type { Workspace } from '../workspace'
import { newClass } from './classes'
import { SAMPLE_PROJECT_ID } from './projects'

const SEED = 1

/** Boxes come with this many training images of each surface; the last one is left for the person. */
const BOXED_IMAGES = 3

const CLASS_NAMES: Readonly<Record<DefectKind, string>> = { scratch: 'Scratch', pit: 'Pit', stain: 'Stain' }

/**
 * Draws the sample project: pictures, three classes, rough boxes on some training images, a few images confirmed
 * clean, and the truth kept aside as layers so that Evaluate shows something at once.
 */
export async function buildSample(
  workspace: Workspace,
  { signal, onProgress }: JobOptions,
): Promise<{ project: Project; records: AnyRecord[] }> {
  const { clock, newId } = workspace.services
  const classes = DEFECT_KINDS.map((kind, position) => newClass(workspace, CLASS_NAMES[kind], position))
  const classOf = new Map(DEFECT_KINDS.map((kind, index) => [kind, classes[index]!]))
  const records: AnyRecord[] = [...classes]
  const boxed = new Map<string, number>()
  for (const sample of generateSample(SEED)) {
    signal.throwIfAborted()
    onProgress({
      done: records.filter((record) => record.type === 'image').length,
      total: SAMPLE_COUNT,
      note: sample.fileName,
    })
    const count = boxed.get(sample.surface) ?? 0
    const hasBoxes = sample.split === 'train' && sample.defects.length > 0 && count < BOXED_IMAGES
    const image = await storeImage(workspace, sample, hasBoxes)
    records.push(image, await truthOf(workspace, sample, image, classOf))
    if (hasBoxes) {
      boxed.set(sample.surface, count + 1)
      records.push(
        ...sample.defects.map((defect) => ({
          id: idOf('annotation', newId()),
          type: 'annotation' as const,
          kind: 'box' as const,
          imageId: image.id,
          classId: classOf.get(defect.kind)!.id,
          boxPx: defect.roughBoxPx,
          source: 'human' as const,
          createdAt: clock.now(),
          foreign: null,
        })),
      )
    }
    // The screen stays alive between pictures.
    await new Promise<void>((resolve) => setTimeout(resolve, 0))
  }
  const project: Project = {
    id: SAMPLE_PROJECT_ID,
    type: 'project',
    name: 'Sample: three surfaces',
    createdAt: clock.now(),
    classOrder: classes.map((record) => record.id),
    foreign: {},
    isSample: true,
  }
  return { project, records }
}

async function storeImage(
  workspace: Workspace,
  sample: SampleImage,
  hasBoxes: boolean,
): Promise<ImageRecord> {
  const bytes = encodePng(sample.image)
  const isCleanTraining = sample.defects.length === 0 && sample.split === 'train'
  return {
    id: idOf('image', workspace.services.newId()),
    type: 'image',
    fileName: sample.fileName,
    width: sample.image.width,
    height: sample.image.height,
    pixels: await workspace.services.storage.blobs.put(bytes),
    byteLength: bytes.byteLength,
    mimeType: 'image/png',
    status: isCleanTraining ? 'confirmedClean' : hasBoxes ? 'inProgress' : 'unseen',
    split: sample.split,
    addedAt: workspace.services.clock.now(),
    foreign: null,
  }
}

async function truthOf(
  workspace: Workspace,
  sample: SampleImage,
  image: ImageRecord,
  classOf: ReadonlyMap<DefectKind, ClassDef>,
): Promise<AnyRecord> {
  const instances: LayerInstance[] = sample.defects.map((defect) => ({
    classId: classOf.get(defect.kind)!.id,
    score: 1,
    counts: rleToString(defect.rle),
  }))
  return {
    id: idOf('layer', workspace.services.newId()),
    type: 'layer',
    imageId: image.id,
    role: 'groundTruth',
    runId: null,
    instances: await workspace.services.storage.blobs.put(
      new TextEncoder().encode(JSON.stringify(instances)),
    ),
    imageScore: null,
    threshold: null,
  }
}
