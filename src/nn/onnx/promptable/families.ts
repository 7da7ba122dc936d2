import { defineRegistry } from '../../../core/registry'
import type { Family } from './family'
import { sam1 } from './sam1'

/** In the order in which models are listed. */
export const FAMILIES = defineRegistry<Family>('family', [sam1]).all
