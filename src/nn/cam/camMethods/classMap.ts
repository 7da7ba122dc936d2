import { contentMaps } from '../contentMaps'
import type { CamMethod } from './camMethod'

/**
 * relu(A_k): the class maps themselves, which need no gradient, since the head is a 1x1 convolution.
 * Known component: CAM (methods/cam-pseudo-masks.md, B1).
 */
export const classMap: CamMethod = {
  id: 'class-map',
  async map({ classMaps, batch, classCount }) {
    const [, height, width] = classMaps.shape
    const { data, ...size } = contentMaps(
      Float32Array.from(await classMaps.data()),
      { width, height },
      batch.grids[0]!,
    )
    const plane = size.width * size.height
    return Array.from({ length: classCount }, (_, k) => ({
      width: size.width,
      height: size.height,
      data: data.slice(k * plane, (k + 1) * plane).map((value) => Math.max(0, value)),
    }))
  },
}
