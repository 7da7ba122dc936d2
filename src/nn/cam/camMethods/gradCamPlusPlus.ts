import { gradientCam } from '../../../ml/cam/gradientCam'
import type { CamMethod } from './camMethod'
import { layerGradients } from './layerGradients'

/** Grad-CAM with the positive gradients alone, each with its alpha. Known component: Grad-CAM++ (methods/cam-pseudo-masks.md, B2). */
export const gradCamPlusPlus: CamMethod = {
  id: 'grad-cam-plus-plus',
  async map(seen) {
    const { features, gradients } = await layerGradients(seen, 'features')
    return gradients.map((gradient) => gradientCam('grad-cam-plus-plus', features, gradient))
  },
}
