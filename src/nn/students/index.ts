import { defineRegistry } from '../../core/registry'
import { light } from './light'

/** Every student the trainer can build, under the ids of `STUDENT_DESCRIPTORS`. */
export const STUDENTS = defineRegistry('student', [light])
