import { tf } from '../../tf'
import { poolClassMaps } from '../pooling'
import type { CamPass } from './camMethod'

/** d l_k / d layer for every class: K tensors of the layer's shape. `classesOf` goes from the layer to the class maps. */
export function logitGradients(
  layer: tf.Tensor4D,
  classesOf: (layer: tf.Tensor4D) => tf.Tensor4D,
  { places, pooling, classCount }: Pick<CamPass, 'places' | 'pooling' | 'classCount'>,
): tf.Tensor4D[] {
  return Array.from({ length: classCount }, (_, k) => {
    const logit = (x: tf.Tensor): tf.Scalar => {
      const logits = poolClassMaps(classesOf(x as tf.Tensor4D), places, pooling)
      return tf.sum(tf.slice(logits, [0, k], [-1, 1])) as tf.Scalar
    }
    return tf.grad(logit)(layer) as tf.Tensor4D
  })
}
