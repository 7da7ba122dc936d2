import type { FeatureMaps } from '../../../ml/cam/classMapCam'
import { tf } from '../../tf'
import { classMapsOf } from '../classifierNetwork'
import { contentMaps } from '../contentMaps'
import { poolClassMaps } from '../poolClassMaps'
import type { SeenView } from './camMethod'

/** A layer whose maps and gradients a method looks at: `features` is f, `joined` the layer before the convolution. */
export type CamLayer = 'features' | 'joined'

export interface LayerGradients {
  /** (D, h, w) on the content. */
  readonly features: FeatureMaps
  /** d logit_k / d features, one for each class. */
  readonly gradients: readonly FeatureMaps[]
}

/** Maps of a layer and the gradients of every pooled logit by them, g of methods/cam-pseudo-masks.md, B2. */
export async function layerGradients(seen: SeenView, layer: CamLayer): Promise<LayerGradients> {
  const { network, weights, batch, pooling, classCount } = seen
  const cells = batch.grids.map(({ width, height }) => width * height)
  const [, height, width] = seen[layer].shape
  const read = async (values: tf.Tensor): Promise<FeatureMaps> =>
    contentMaps(Float32Array.from(await values.data()), { width, height }, batch.grids[0]!)
  const logitOf = (k: number) =>
    tf.grad((x: tf.Tensor) => {
      const f = layer === 'features' ? x : network.mix(weights, x as tf.Tensor4D, { kind: 'infer' })
      const logits = poolClassMaps(classMapsOf(weights, f as tf.Tensor4D), batch.content, cells, pooling)
      return tf.sum(tf.mul(logits, tf.tensor2d(oneHot(k, classCount), [1, classCount])))
    })
  const gradients: FeatureMaps[] = []
  for (let k = 0; k < classCount; k++) {
    const gradient = tf.tidy(() => logitOf(k)(seen[layer]))
    gradients.push(await read(gradient))
    gradient.dispose()
  }
  return { features: await read(seen[layer]), gradients }
}

function oneHot(k: number, count: number): Float32Array {
  return new Float32Array(count).fill(1, k, k + 1)
}
