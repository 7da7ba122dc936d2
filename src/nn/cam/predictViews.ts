import type { ScoreMap } from '../../core/raster'
import type { ClassifierView } from '../../ml/cam/classifier'
import type { LevelStandard } from '../students/student'
import { tf } from '../tf'
import type { ClassifierState } from './classifierState'
import { contentCells } from './pooling'
import { assembleViews, disposeViews } from './viewBatch'

/** What the classifier in training sees of one view. */
export interface ViewPrediction {
  /** (K) probabilities. */
  readonly scores: readonly number[]
  /** (K) class maps before ReLU, over the picture without its padding. */
  readonly maps: readonly ScoreMap[]
}

/** Views at a time: features of all at once would not fit. */
const BATCH = 8

/** Predictions of views by the averaged weights, in their order. `breathe` is awaited between batches. */
export async function predictViews(
  views: readonly ClassifierView[],
  standards: readonly LevelStandard[],
  stride: number,
  state: Pick<ClassifierState, 'predict'>,
  breathe: () => Promise<void>,
): Promise<ViewPrediction[]> {
  const predictions: ViewPrediction[] = []
  for (let from = 0; from < views.length; from += BATCH) {
    const part = views.slice(from, from + BATCH)
    const batch = assembleViews(part, standards, stride)
    const { classes, logits } = state.predict(batch)
    const [maps, values] = await Promise.all([classes.data(), logits.data()])
    const [, height, width, k] = classes.shape
    tf.dispose([classes, logits])
    disposeViews(batch)
    part.forEach(({ content }, n) => {
      const grid = { width, height }
      const cells = contentCells(content, stride, grid)
      predictions.push({
        scores: Array.from({ length: k }, (_, c) => 1 / (1 + Math.exp(-values[n * k + c]!))),
        maps: Array.from({ length: k }, (_, c) => {
          const data = new Float32Array(cells.width * cells.height)
          for (let y = 0; y < cells.height; y++)
            for (let x = 0; x < cells.width; x++)
              data[y * cells.width + x] = maps[((n * height + y) * width + x) * k + c]!
          return { ...cells, data }
        }),
      })
    })
    await breathe()
  }
  return predictions
}
