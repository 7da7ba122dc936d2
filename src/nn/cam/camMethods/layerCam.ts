import type { ScoreMap } from '../../../core/raster'
import { gradientCam, scaleEarlyLayer } from '../../../ml/cam/gradientCam'
import { normaliseCam } from '../../../ml/cam/normaliseCam'
import type { CamMethod } from './camMethod'
import { layerGradients } from './layerGradients'

/**
 * relu(sum_d relu(g_d) f_d) of the penultimate layer, divided by its maximum, joined by the larger value with that of the
 * layer before its convolution, which has seen less of the surroundings, scaled by tanh(2 x / max).
 * Known component: LayerCAM (methods/cam-pseudo-masks.md, B2).
 */
export const layerCam: CamMethod = {
  id: 'layer-cam',
  async map(seen) {
    const late = await layerGradients(seen, 'features')
    const early = await layerGradients(seen, 'joined')
    return late.gradients.map((gradient, k) =>
      larger(
        normaliseCam(gradientCam('layer-cam', late.features, gradient)),
        scaleEarlyLayer(gradientCam('layer-cam', early.features, early.gradients[k]!)),
      ),
    )
  },
}

function larger(a: ScoreMap, b: ScoreMap): ScoreMap {
  return { ...a, data: a.data.map((value, p) => Math.max(value, b.data[p]!)) }
}
