import type { Size } from '../../core/geometry'
import type { ClassifierView } from '../../ml/cam/classifier'
import type { LevelStandard } from '../students/student'
import { stackLevel } from '../train/batches'
import { tf } from '../tf'

/** Views as tensors. Whoever makes one disposes it. */
export interface ViewBatch {
  /** Standardised, (N, h, w, channels) for each level. */
  readonly features: readonly tf.Tensor4D[]
  /** (N, h, w) on the grid of the finest level: 1 inside the picture, 0 in the padding. */
  readonly content: tf.Tensor3D
  /** Size of the content of each view on that grid. */
  readonly grids: readonly Size[]
}

/** Views of one size, decoded and standardised. */
export function assembleViews(
  views: readonly ClassifierView[],
  standards: readonly LevelStandard[],
): ViewBatch {
  const { width, height, levels } = views[0]!.features
  const stride = levels[0]!.stride
  const [w, h] = [width / stride, height / stride]
  const grids = views.map((view) => contentGrid(view))
  const inside = new Float32Array(views.length * w * h)
  grids.forEach((grid, i) => {
    for (let y = 0; y < grid.height; y++) inside.fill(1, (i * h + y) * w, (i * h + y) * w + grid.width)
  })
  return {
    features: standards.map((standard, level) => stackLevel(views, level, standard)),
    content: tf.tensor3d(inside, [views.length, h, w]),
    grids,
  }
}

/** The content on the grid of the finest level, to the nearest whole cell, at least one. */
function contentGrid({ features, content }: ClassifierView): Size {
  const stride = features.levels[0]!.stride
  const cells = (side: number, canvas: number): number =>
    Math.min(canvas / stride, Math.max(1, Math.round(side / stride)))
  return { width: cells(content.width, features.width), height: cells(content.height, features.height) }
}

export function disposeViews({ features, content }: ViewBatch): void {
  tf.dispose([...features, content])
}
