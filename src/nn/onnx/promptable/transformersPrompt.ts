import type { Size } from '../../../core/geometry'
import type { AnyTensor } from '../session'
import type { Placement } from './placement'
import type { RegionPrompt } from './promptableModel'
import { clickPoints, cornerPoints, pointValues } from './promptPoints'

/**
 * A box, and clicks if any, as the exports of transformers.js take them (huggingface/transformers.js,
 * modeling_sam2.js): one box (1, 1, 4) of canvas pixels, points (1, 1, N, 2) and labels (1, 1, N). Without clicks N is
 * 0: a tensor without elements is what the graphs expect then.
 */
export function transformersPrompt(
  { clicks }: Pick<RegionPrompt, 'clicks'>,
  boxPx: RegionPrompt['boxPx'],
  region: Size,
  placement: Placement,
): { readonly [name: string]: AnyTensor } {
  const box = pointValues(cornerPoints(boxPx, region, placement))
  const points = pointValues(clickPoints(clicks, region, placement))
  return {
    input_boxes: { data: box.coordinates, dims: [1, 1, 4] },
    input_points: { data: points.coordinates, dims: [1, 1, clicks.length, 2] },
    input_labels: {
      type: 'int64',
      data: BigInt64Array.from(points.labels, BigInt),
      dims: [1, 1, clicks.length],
    },
  }
}
