import { defineRegistry } from '../../core/registry'
import { dinoBoxes2pixels } from './dinoBoxes2pixels'
import { light } from './light'
import { unet } from './unet'

/** Every student the trainer can build, under the ids of `STUDENT_DESCRIPTORS`. */
export const STUDENTS = defineRegistry('student', [light, unet, dinoBoxes2pixels])
