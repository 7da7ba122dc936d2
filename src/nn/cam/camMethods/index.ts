import { defineRegistry } from '../../../core/registry'
import { classMap } from './classMap'
import { gradCam } from './gradCam'
import { gradCamPlusPlus } from './gradCamPlusPlus'
import { layerCam } from './layerCam'

/** Ids are those of `camMethod` in `ml/cam/camParams`, without `zoom`, which is the class map of two views. */
export const CAM_METHODS = defineRegistry('activation map', [classMap, layerCam, gradCam, gradCamPlusPlus])
