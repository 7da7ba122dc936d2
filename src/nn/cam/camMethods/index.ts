import { defineRegistry } from '../../../core/registry'
import { classMap } from './classMap'
import { gradCam, gradCamPlusPlus } from './gradCam'
import { layerCam } from './layerCam'

/** Ways to read a classifier; the parameter `camMethod` names one (`zoom` is the class map, looked at twice). */
export const CAM_METHODS = defineRegistry('CAM method', [classMap, layerCam, gradCam, gradCamPlusPlus])
