import type { JobOptions } from '../../core/job'
import { defaultParams } from '../../core/params'
import { emptyMask, type BinaryMask, type RgbaImage, type ScoreMap } from '../../core/raster'
import { generators } from '../../ml/generators'
import type { CropPrompt } from '../../ml/generators/generator'
import type { PseudoLabelParams } from '../../ml/cam/camParams'
import { promptsOfMap } from '../../ml/cam/promptsOfMap'
import type { Segmenter } from '../../ports/segmenter'

export interface PromptedMaskSetup {
  readonly segmenter: Segmenter
  readonly modelId: string
  /** Places of the map above it are asked about. */
  readonly foreground: number
  /** Where the map stays at or below it, the segmenter's answer does not count. */
  readonly background: number
}

/** Whether masks by these parameters need a promptable segmenter. */
export function asksSegmenter({ maskFrom }: PseudoLabelParams): boolean {
  return maskFrom === 'prompts' || maskFrom === 'mixed'
}

/** A place's box is tight around the activation, which is mostly narrower than the defect. */
const BOX_GROWTH = 0.1

/**
 * Asks the promptable segmenter about every place that an activation map points at, with the place's box and its peak as
 * a positive click (where the model takes clicks), and keeps of its answers what the map supports.
 *
 * @param map C of one class, 0..1, at the picture's size
 * @param key names the picture's pixels
 */
export async function promptedMask(
  picture: RgbaImage,
  key: string,
  map: ScoreMap,
  { segmenter, modelId, foreground, background }: PromptedMaskSetup,
  options: JobOptions,
): Promise<BinaryMask> {
  const model = await segmenter.describe(modelId)
  const generator = generators.get('segmenter')
  const context = {
    seed: 0,
    segmenter: {
      segment: (prompt: CropPrompt) => segmenter.segment(model.id, key, picture, prompt, 'batch', options),
      canvasSide: model.input.kind === 'image' ? model.input.canvasSide : null,
    },
  }
  const mask = emptyMask(picture)
  for (const { boxPx, peakPx } of promptsOfMap(map, foreground, BOX_GROWTH)) {
    options.signal.throwIfAborted()
    const clicks = model.accepts.positiveClicks ? [{ pointPx: peakPx, isPositive: true }] : []
    const made = await generator.generate(
      { image: picture, boxPx, clicks, former: null },
      defaultParams(generator.params) as never, // the registry forgets each generator's own parameter types
      context,
      options,
    )
    if (!made.isUnresolved) addSupported(mask, made.mask, made.boundsPx, map, background)
  }
  return mask
}

function addSupported(
  into: BinaryMask,
  patch: BinaryMask,
  at: { readonly x: number; readonly y: number },
  map: ScoreMap,
  background: number,
): void {
  for (let y = 0; y < patch.height; y++) {
    for (let x = 0; x < patch.width; x++) {
      const p = (at.y + y) * into.width + at.x + x
      if (patch.data[y * patch.width + x] === 1 && map.data[p]! > background) into.data[p] = 1
    }
  }
}
