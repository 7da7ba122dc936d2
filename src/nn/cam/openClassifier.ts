import { AppError } from '../../core/errors'
import type { ClassifierAnswer, ClassifierView } from '../../ml/cam/classifier'
import type { Weights } from '../students/student'
import { tf } from '../tf'
import { CAM_METHODS } from './camMethods'
import { readClassifier } from './classifierFile'
import { disposeSeen, seeViews, type SeenViews } from './classifierState'
import { tidied } from './tidied'
import { assembleViews } from './viewBatch'

/** A trained classifier that can be asked; holds tensors until `close`. */
export interface OpenClassifier {
  /**
   * Probability and activation map of every class in one view, by a method of `CAM_METHODS`.
   * Throws `model/incompatible` for features of other levels than it was trained on.
   */
  lookAt(view: ClassifierView, methodId: string): Promise<ClassifierAnswer>
  close(): void
}

/** Throws `model/incompatible` for bytes that are no classifier. */
export function openClassifier(bytes: Uint8Array): OpenClassifier {
  const { network, values, standards, levels, pooling, classCount } = readClassifier(bytes)
  const specs = [...network.parameters, ...network.statistics]
  const weights: Weights = new Map(
    specs.map(({ name, shape }) => [name, tf.tensor(values.get(name)!, [...shape])]),
  )
  return {
    close: () => tf.dispose([...weights.values()]),
    async lookAt(view, methodId) {
      const method = CAM_METHODS.get(methodId)
      assertLevels(view, levels)
      const batch = assembleViews([view], standards)
      const seen: SeenViews = { ...tidied(() => seeViews(network, weights, batch, pooling)), batch }
      try {
        const logits = await seen.logits.data()
        const maps = await method.map({ ...seen, network, weights, pooling, classCount })
        const { width, height } = batch.grids[0]!
        const joined = new Float32Array(classCount * width * height)
        maps.forEach((map, k) => joined.set(map.data, k * width * height))
        return {
          scores: Float32Array.from(logits, (logit) => 1 / (1 + Math.exp(-logit))),
          width,
          height,
          maps: joined,
        }
      } finally {
        disposeSeen(seen)
      }
    },
  }
}

function assertLevels(
  { features }: ClassifierView,
  levels: readonly { readonly stride: number; readonly channels: number }[],
): void {
  const told = (list: typeof levels): string =>
    list.map(({ stride, channels }) => `${channels} channels at stride ${stride}`).join(', ')
  if (told(features.levels) === told(levels)) return
  throw new AppError(
    'model/incompatible',
    `the classifier was trained on features of ${told(levels)}, not of ${told(features.levels)}`,
  )
}
