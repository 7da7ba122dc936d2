import type { ScoreMap } from '../../core/raster'
import type { ClassifierView } from '../../ml/cam/classifier'
import { contentMaps } from './contentMaps'
import { disposeSeen, type ClassifierState } from './classifierState'
import type { Pooling } from './poolClassMaps'

/** relu of one class map of one view by the averaged weights, on the grid of its content. */
export async function seenCam(
  state: ClassifierState,
  view: ClassifierView,
  classIndex: number,
  pooling: Pooling,
): Promise<ScoreMap> {
  const seen = state.see([view], pooling)
  const [, height, width] = seen.classMaps.shape
  const values = Float32Array.from(await seen.classMaps.data())
  const { data, ...grid } = contentMaps(values, { width, height }, seen.batch.grids[0]!)
  disposeSeen(seen)
  const plane = grid.width * grid.height
  return {
    width: grid.width,
    height: grid.height,
    data: data.slice(classIndex * plane, (classIndex + 1) * plane).map((value) => Math.max(0, value)),
  }
}
