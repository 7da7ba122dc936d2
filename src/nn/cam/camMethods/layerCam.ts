import { conv } from '../../ops/conv'
import { valueOf } from '../../students/layerStack'
import { tf } from '../../tf'
import type { CamMethod, CamPass } from './camMethod'
import { logitGradients } from './logitGradient'

/**
 * LayerCAM, relu(sum_d relu(g_d) f_d), of two layers: the last feature map, and the joined levels before it, scaled by
 * tanh(2 x / max) as earlier layers are; each divided by its maximum, the greater counts. Known component (Jiang et al.
 * 2021).
 */
export const layerCam: CamMethod = {
  id: 'layer-cam',
  maps: (pass) => {
    const kernel = valueOf(pass.weights, 'classes.kernel') as tf.Tensor4D
    const last = ofLayer(pass, pass.maps.features, (layer) => conv(layer, kernel))
    const early = ofLayer(
      pass,
      pass.maps.joined,
      (layer) => pass.network.afterJoined(pass.weights, layer).classes,
    )
    return tf.maximum(share(last), tf.tanh(tf.mul(share(early), 2))) as tf.Tensor4D
  },
}

function ofLayer(
  pass: CamPass,
  layer: tf.Tensor4D,
  classesOf: (layer: tf.Tensor4D) => tf.Tensor4D,
): tf.Tensor4D {
  const maps = logitGradients(layer, classesOf, pass).map((gradient) =>
    tf.relu(tf.sum(tf.mul(tf.relu(gradient), layer), 3, true)),
  )
  return tf.concat(maps, 3) as tf.Tensor4D
}

/** Of each map's own maximum. */
function share(maps: tf.Tensor4D): tf.Tensor4D {
  return tf.div(maps, tf.add(tf.max(tf.max(maps, 1, true), 2, true), 1e-12)) as tf.Tensor4D
}
