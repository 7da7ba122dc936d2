import { defineRegistry } from '../../../core/registry'
import type { Family } from './family'
import { sam1 } from './sam1'
import { sam2Transformers } from './sam2Transformers'
import { sam3Image } from './sam3Image'
import { samTransformers, samTransformersPoints } from './samTransformers'

/** In the order in which they are named to the user. */
export const FAMILIES = defineRegistry<Family>('family', [
  sam1,
  sam2Transformers,
  samTransformers,
  samTransformersPoints,
  sam3Image,
]).all
