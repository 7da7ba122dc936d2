import { AppError } from '../../core/errors'
import { currentMaskOf } from '../../domain/live'
import type { BoxAnnotation } from '../../domain/records'
import { generators } from '../../ml/generators'
import { rleToString } from '../../ml/raster/rleString'
import { chooseModel } from './chooseModel'
import { openDataset } from './openDataset'
import { optionObject, optionText, textFile, type BatchHandler } from './request'

interface RawAnnotation {
  [key: string]: unknown
}

/**
 * `propose`: the input file back with a mask for every box: same ids, compressed-RLE segmentation, area and tight box
 * of the mask, score, and `attributes.prompt_box`. Input segmentations are ignored; `attributes.prompt_box` is the
 * prompt when it is there, so the command can run on its own output.
 */
export const proposeCommand: BatchHandler = async (input, context) => {
  const { app, workspace } = context
  const generator = optionText(input.options, 'generator') ?? app.propose.current().id
  if (!app.catalogue.generators.some((entry) => entry.id === generator)) {
    const known = app.catalogue.generators.map((entry) => entry.id).join(', ')
    throw new AppError('usage/invalid-parameter', `unknown generator "${generator}"; known: ${known}`)
  }
  app.propose.chooseGenerator(generator, optionObject(input.options, 'params'))
  const chosen = generators.get(generator).needs.includes('segmenter')
    ? await chooseModel(input, context)
    : null
  const bytes = await input.file('annotations')
  const boxesOnly = withoutSegmentations(new TextDecoder().decode(bytes))
  const opened = await openDataset(context, input.images, new TextEncoder().encode(boxesOnly), null)
  const counts = await app.propose.all({ redo: true })

  const records = workspace.records()
  const boxes = new Map<string, BoxAnnotation>()
  for (const box of records.ofType('annotation')) if (box.foreign?.id != null) boxes.set(box.foreign.id, box)
  const dataset = JSON.parse(new TextDecoder().decode(bytes)) as { annotations: RawAnnotation[] }
  let unresolved = 0
  for (const annotation of dataset.annotations) {
    const box = boxes.get(String(annotation['id']))
    if (box === undefined) continue
    const attributes = { ...(annotation['attributes'] as object | undefined), prompt_box: toList(box.boxPx) }
    const mask = currentMaskOf(records, box.id)
    if (mask === null || mask.isUnresolved || mask.areaPx === 0) {
      Object.assign(annotation, {
        segmentation: [],
        bbox: toList(box.boxPx),
        area: box.boxPx.width * box.boxPx.height,
        attributes: { ...attributes, unresolved: true },
      })
      unresolved++
      continue
    }
    const rle = await workspace.pictures.rle(mask)
    const { unresolved: _former, ...kept } = attributes as { unresolved?: unknown; prompt_box: number[] }
    Object.assign(annotation, {
      segmentation: { size: [rle.height, rle.width], counts: rleToString(rle) },
      area: mask.areaPx,
      bbox: toList(mask.boundsPx),
      score: mask.quality.predictedIou ?? mask.quality.tightness ?? 0.5,
      iscrowd: 0,
      attributes: kept,
    })
  }
  return {
    issues: opened.issues,
    summary: {
      generator,
      ...chosen,
      boxes: boxes.size,
      masks: counts.done - counts.unresolved,
      unresolved,
      failed: counts.failed,
    },
    outputs: [textFile('annotations.json', JSON.stringify(dataset))],
  }
}

/** The parser sees boxes only: a mask in the input must not reach the training of a generator's comparison. */
function withoutSegmentations(text: string): string {
  let json: { annotations?: RawAnnotation[] }
  try {
    json = JSON.parse(text) as { annotations?: RawAnnotation[] }
  } catch {
    // The parser behind this reports the fault with its place.
    return text
  }
  if (!Array.isArray(json.annotations)) return text
  return JSON.stringify({
    ...json,
    annotations: json.annotations.map((annotation) => ({
      ...annotation,
      segmentation: [],
      score: undefined,
    })),
  })
}

function toList({ x, y, width, height }: { x: number; y: number; width: number; height: number }): number[] {
  return [x, y, width, height]
}
