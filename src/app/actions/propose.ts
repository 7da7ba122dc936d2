import { isAbort } from '../../core/errors'
import type { Box } from '../../core/geometry'
import type { JobOptions, Lane } from '../../core/job'
import type { JsonObject } from '../../core/json'
import { createCell } from '../../core/observable'
import { readParams } from '../../core/params'
import { currentMaskOf, decisionOf } from '../../domain/live'
import { idOf, type AnnotationId, type BoxAnnotation, type PseudoMask } from '../../domain/records'
import { clipBox } from '../../core/geometry'
import type { CropPrompt, Generator } from '../../ml/generators/generator'
import { generators } from '../../ml/generators'
import { rleArea, rleBounds, rleFromPatch } from '../../ml/raster/rle'
import type { ProposeActions } from '../app'
import type { Workspace } from '../workspace'

export function createProposeActions(workspace: Workspace): ProposeActions {
  const pending = createCell<ReadonlySet<AnnotationId>>(new Set())

  const current = (): { readonly id: string; readonly params: JsonObject } => {
    const settings = workspace.settings()
    const generator = generators.find(settings.generatorId) ?? generators.all[0]!
    return { id: generator.id, params: settings.generatorParams[generator.id] ?? {} }
  }

  const markPending = (id: AnnotationId, isPending: boolean): void => {
    const next = new Set(pending.get())
    if (isPending) next.add(id)
    else next.delete(id)
    pending.set(next)
  }

  const one = async (id: AnnotationId, lane: Lane, options: JobOptions): Promise<PseudoMask | null> => {
    const box = boxOf(workspace, id)
    if (box === null) return null
    const { id: generatorId, params } = current()
    const mask = await generateMask(workspace, box, generators.get(generatorId), params, lane, options)
    // The person may have moved or deleted the box meanwhile: a draft for yesterday's box is worth nothing.
    const now = boxOf(workspace, id)
    if (mask === null || now === null || !sameBox(now.boxPx, box.boxPx)) return null
    workspace.transact('Propose mask', 'job', { put: [{ ...mask, classId: now.classId }] })
    return mask
  }

  return {
    pending,
    current,
    chooseGenerator: (id, params) => {
      const settings = workspace.settings()
      const { values } = readParams(generators.get(id).params, params)
      workspace.transact('Choose generator', 'ledger', {
        put: [
          { ...settings, generatorId: id, generatorParams: { ...settings.generatorParams, [id]: values } },
        ],
      })
    },
    box: async (id) => {
      markPending(id, true)
      const outcome = await workspace.jobs.run(
        { title: 'Mask for the box', lane: 'interactive' },
        (options) => one(id, 'interactive', options),
      )
      markPending(id, false)
      return outcome.kind === 'done' ? (outcome.value?.id ?? null) : null
    },
    all: async ({ redo }) => {
      const count = { done: 0, unresolved: 0, failed: 0 }
      const due = dueBoxes(workspace, redo)
      await workspace.jobs.run({ title: `Propose ${due.length} masks`, lane: 'batch' }, async (options) => {
        for (const [index, id] of due.entries()) {
          options.signal.throwIfAborted()
          options.onProgress({ done: index, total: due.length, note: '' })
          try {
            const mask = await one(id, 'batch', { ...options, onProgress: () => {} })
            if (mask !== null) count.done++
            if (mask?.isUnresolved === true) count.unresolved++
          } catch (error) {
            if (isAbort(error)) throw error
            count.failed++
            // One unreadable picture must not cost the other thousand; the first failure is shown in full.
            if (count.failed === 1) workspace.notices.failure('A mask could not be proposed', error)
          }
        }
      })
      return count
    },
  }
}

/** Boxes without a mask, grouped by image so that each picture is decoded once. */
function dueBoxes(workspace: Workspace, redo: boolean): AnnotationId[] {
  const records = workspace.records()
  return records.ofType('image').flatMap((image) =>
    records
      .ofImage('annotation', image.id)
      .filter((box) => {
        const mask = currentMaskOf(records, box.id)
        if (mask === null) return redo || records.masksOf(box.id).length === 0
        return redo && decisionOf(records, mask.id) === null
      })
      .map((box) => box.id),
  )
}

function boxOf(workspace: Workspace, id: AnnotationId): BoxAnnotation | null {
  const record = workspace.records().get(id)
  return record?.type === 'annotation' ? record : null
}

function sameBox(a: Box, b: Box): boolean {
  return a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height
}

/** Runs one generator on one box and stores the pixels; the record is the caller's to commit. */
async function generateMask(
  workspace: Workspace,
  box: BoxAnnotation,
  generator: Generator,
  params: JsonObject,
  lane: Lane,
  options: JobOptions,
): Promise<PseudoMask | null> {
  const image = workspace.image(box.imageId)
  const boxPx = clipBox(box.boxPx, image)
  if (boxPx === null) return null
  const picture = await workspace.pictures.decode(image)
  const needsModel = generator.needs.includes('segmenter')
  const { segmenterModelId } = workspace.settings()
  const model = needsModel ? await workspace.services.segmenter.describe(segmenterModelId) : null
  const segmenter = model && {
    segment: (prompt: CropPrompt) =>
      workspace.services.segmenter.segment(model.id, image.pixels, picture, prompt, lane, options),
    canvasSide: model.input.kind === 'image' ? model.input.canvasSide : null,
  }
  const { values } = readParams(generator.params, params)
  const seed = 0
  const made = await generator.generate(
    { image: picture, boxPx, clicks: [], former: null },
    values,
    segmenter === null ? { seed } : { seed, segmenter },
    options,
  )
  const rle = rleFromPatch(made.mask, made.boundsPx, image)
  return {
    id: idOf('mask', workspace.services.newId()),
    type: 'mask',
    role: 'defect',
    imageId: box.imageId,
    classId: box.classId,
    annotationId: box.id,
    pixels: await workspace.pictures.putRle(rle),
    areaPx: rleArea(rle),
    boundsPx: rleBounds(rle),
    isUnresolved: made.isUnresolved,
    quality: made.scores,
    provenance: {
      kind: 'generated',
      generatorId: generator.id,
      generatorVersion: generator.version,
      params: values,
      modelHash: model?.modelHash ?? null,
      promptBoxPx: boxPx,
      seed,
      modelId: model?.id ?? null,
      clicks: [],
      style: null,
      candidate: null,
    },
    createdAt: workspace.services.clock.now(),
    foreign: null,
  }
}
