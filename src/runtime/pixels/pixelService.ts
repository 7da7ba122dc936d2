import { refineByCrf } from '../../ml/cam/crf/refineByCrf'
import { inpaint } from '../../ml/cam/inpaint/inpaint'
import { transfer } from '../rpc'
import type { PixelApi } from './pixelApi'

/** The worker's side of pixel work. Neither call listens while it computes: a cancelled one ends with its worker. */
export function createPixelService(): PixelApi {
  return {
    inpaint: (request) => {
      const image = inpaint(request)
      return transfer(image, [image.data.buffer])
    },
    refine: (request) => {
      const probabilities = refineByCrf(request)
      return transfer(probabilities, [probabilities.buffer])
    },
  }
}
