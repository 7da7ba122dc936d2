import { tf } from '../../tf'
import type { CamMethod } from './camMethod'

/** relu(A_k): by linearity the class map is the CAM, no gradient is needed. Known component: CAM (Zhou et al. 2016). */
export const classMap: CamMethod = {
  id: 'class-map',
  maps: ({ maps }) => tf.relu(maps.classes),
}
