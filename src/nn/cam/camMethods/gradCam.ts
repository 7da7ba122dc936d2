import { conv } from '../../ops/conv'
import { valueOf } from '../../students/layerStack'
import { tf } from '../../tf'
import type { CamMethod, CamPass } from './camMethod'
import { logitGradients } from './logitGradient'

/**
 * Grad-CAM, relu(sum_d mean(g_d) f_d) with g = d l_k / d f over the picture's places. Known component (Selvaraju et al.
 * 2017); for this head, with mean pooling, it is the class map but for a positive factor, which a test holds it to.
 */
export const gradCam: CamMethod = {
  id: 'grad-cam',
  maps: (pass) => weighted(pass, (gradient) => tf.mean(gradient, [1, 2], true) as tf.Tensor4D),
}

/**
 * Grad-CAM++: alpha = g^2 / (2 g^2 + S_d g^3 + 1e-6), S_d = sum f_d, 0 where g = 0; the weight of channel d is
 * sum relu(g) alpha. Known component (Chattopadhay et al. 2018).
 */
export const gradCamPlusPlus: CamMethod = {
  id: 'grad-cam-plus-plus',
  maps: (pass) => {
    const sums = tf.sum(tf.mul(pass.maps.features, pass.places.mask), [1, 2], true)
    return weighted(pass, (g) => {
      const square = tf.square(g)
      const alpha = tf.div(square, tf.add(tf.add(tf.mul(square, 2), tf.mul(sums, tf.mul(square, g))), 1e-6))
      return tf.sum(tf.mul(tf.relu(g), tf.mul(alpha, tf.abs(tf.sign(g)))), [1, 2], true) as tf.Tensor4D
    })
  },
}

/** relu(sum_d weight_d f_d) for every class, side by side. */
function weighted(pass: CamPass, weightsOf: (gradient: tf.Tensor4D) => tf.Tensor4D): tf.Tensor4D {
  const kernel = valueOf(pass.weights, 'classes.kernel') as tf.Tensor4D
  const gradients = logitGradients(pass.maps.features, (features) => conv(features, kernel), pass)
  const maps = gradients.map((gradient) =>
    tf.relu(tf.sum(tf.mul(weightsOf(gradient), pass.maps.features), 3, true)),
  )
  return tf.concat(maps, 3) as tf.Tensor4D
}
