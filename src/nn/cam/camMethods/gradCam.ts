import { gradientCam } from '../../../ml/cam/gradientCam'
import type { CamMethod } from './camMethod'
import { layerGradients } from './layerGradients'

/**
 * relu(sum_d mean(g_d) f_d). With this head it is the class map without its level, up to a factor: g_d is V_d times the weights
 * of the pooling.
 * Known component: Grad-CAM (methods/cam-pseudo-masks.md, B2).
 */
export const gradCam: CamMethod = {
  id: 'grad-cam',
  async map(seen) {
    const { features, gradients } = await layerGradients(seen, 'features')
    return gradients.map((gradient) => gradientCam('grad-cam', features, gradient))
  },
}
