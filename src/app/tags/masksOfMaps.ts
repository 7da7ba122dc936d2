import type { JobOptions } from '../../core/job'
import type { BinaryMask, RgbaImage, ScoreMap } from '../../core/raster'
import type { ImageRecord } from '../../domain/records'
import type { PseudoLabelParams } from '../../ml/cam/camParams'
import { contrastMask, type Polarity } from '../../ml/cam/contrastMask'
import { mixedMask } from '../../ml/cam/mixedMask'
import { pseudoLabel } from '../../ml/cam/pseudoLabel'
import type { Workspace } from '../workspace'
import { promptedMask } from './promptedMask'

export interface MapMask {
  readonly mask: BinaryMask
  /** Nothing survived: the strongest places of the map stand in. */
  readonly isLowConfidence: boolean
}

/**
 * Stage D: one mask for each class's map of a picture, by the rule that the parameters name; `polarities` are those of the
 * maps' classes. No pixel belongs to two classes.
 */
export async function masksOfMaps(
  workspace: Workspace,
  image: ImageRecord,
  picture: RgbaImage,
  maps: readonly ScoreMap[],
  polarities: readonly Polarity[],
  params: PseudoLabelParams,
  options: JobOptions,
): Promise<readonly MapMask[]> {
  const { pixelWork, segmenter } = workspace.services
  const labels = await pseudoLabel({ image: picture, maps, params }, (request) =>
    pixelWork.refine(request, options),
  )
  if (params.maskFrom === 'threshold' || params.maskFrom === 'crf') return labels
  const maskOf = async (map: ScoreMap, k: number): Promise<BinaryMask> => {
    if (params.maskFrom === 'contrast') return contrastMask(picture, map, polarities[k]!, params)
    const setup = { segmenter, modelId: workspace.settings().segmenterModelId, ...params }
    const prompted = await promptedMask(picture, image.pixels, map, setup, options)
    if (params.maskFrom === 'prompts') return prompted
    return mixedMask(contrastMask(picture, map, polarities[k]!, params), prompted, params.wideFrom)
  }
  const taken = new Uint8Array(picture.width * picture.height)
  const masks: MapMask[] = []
  for (const [k, map] of maps.entries()) {
    const { data } = await maskOf(map, k)
    for (let p = 0; p < data.length; p++) {
      if (taken[p] === 1) data[p] = 0
      else if (data[p] === 1) taken[p] = 1
    }
    // Where neither picture nor segmenter confirms anything, the map's own mask is a guess that a person should look at.
    masks.push(
      data.includes(1)
        ? { mask: { width: picture.width, height: picture.height, data }, isLowConfidence: false }
        : { ...labels[k]!, isLowConfidence: true },
    )
  }
  return masks
}
