import { AppError } from '../../core/errors'
import type { ClassifierAnswer, ClassifierView } from '../../ml/cam/classifier'
import type { Weights } from '../students/student'
import { tf } from '../tf'
import { CAM_METHODS } from './camMethods'
import { readClassifier, type OpenedClassifier } from './classifierFile'
import { contentCells, poolClassMaps } from './pooling'
import { assembleViews, disposeViews } from './viewBatch'

/** A classifier with its weights on the device, ready to be asked. */
export interface LiveClassifier {
  /** Scores and activation maps of one view, by a method of `CAM_METHODS`. */
  look(view: ClassifierView, methodId: string): Promise<ClassifierAnswer>
  dispose(): void
}

/** Throws `model/incompatible` for bytes that are no classifier. */
export function openClassifier(bytes: Uint8Array<ArrayBuffer>): LiveClassifier {
  const opened = readClassifier(bytes)
  const { network, values, standards, pooling, classCount } = opened
  const weights: Weights = new Map(
    [...network.parameters, ...network.statistics].map(({ name, shape }) => [
      name,
      tf.tensor(values.get(name)!, [...shape]),
    ]),
  )
  return {
    look: async (view, methodId) => {
      refuseOtherFeatures(opened, view)
      const method = CAM_METHODS.get(methodId)
      const batch = assembleViews([view], standards, network.stride)
      const { scores, cells } = tf.tidy(() => {
        const maps = network.forward(weights, batch.levels, { kind: 'infer' })
        const { places } = batch
        const read = method.maps({ network, weights, maps, places, pooling, classCount })
        const [, height, width] = read.shape
        const content = contentCells(view.content, network.stride, { width, height })
        const cut = tf.slice(read, [0, 0, 0, 0], [1, content.height, content.width, classCount])
        return {
          scores: tf.sigmoid(poolClassMaps(maps.classes, places, pooling)),
          cells: tf.transpose(cut, [0, 3, 1, 2]), // (1, K, h, w)
        }
      })
      const [scoreValues, mapValues] = await Promise.all([scores.data(), cells.data()])
      const [, , height, width] = cells.shape as [number, number, number, number]
      tf.dispose([scores, cells])
      disposeViews(batch)
      return {
        scores: Float32Array.from(scoreValues),
        width,
        height,
        maps: Float32Array.from(mapValues),
      }
    },
    dispose: () => {
      tf.dispose([...weights.values()])
    },
  }
}

function refuseOtherFeatures({ levels }: OpenedClassifier, { features }: ClassifierView): void {
  const given = features.levels.map(({ stride, channels }) => `${stride}:${channels}`).join()
  const wanted = levels.map(({ stride, channels }) => `${stride}:${channels}`).join()
  if (given !== wanted)
    throw new AppError(
      'model/incompatible',
      `the classifier takes features of levels ${wanted} (stride:channels), got ${given}`,
    )
}
