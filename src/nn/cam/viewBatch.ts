import type { Size } from '../../core/geometry'
import type { ClassifierView } from '../../ml/cam/classifier'
import type { LevelStandard } from '../students/student'
import { stackLevel } from '../train/batches'
import { tf } from '../tf'
import type { ClassifierBatch } from './classifierState'
import { placeContents } from './pooling'

/** Views on the device, features standardised. Dispose with `disposeViews`. */
export function assembleViews(
  views: readonly ClassifierView[],
  standards: readonly LevelStandard[],
  stride: number,
): Pick<ClassifierBatch, 'levels' | 'places'> {
  const packs = views.map(({ features }) => features)
  const canvas: Size = packs[0]!
  return {
    levels: standards.map((standard, level) => stackLevel(packs, level, standard)),
    places: placeContents(
      views.map(({ content }) => content),
      canvas,
      stride,
    ),
  }
}

export function disposeViews({ levels, places }: Pick<ClassifierBatch, 'levels' | 'places'>): void {
  tf.dispose([...levels, places.mask])
}
