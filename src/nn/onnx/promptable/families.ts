import { defineRegistry } from '../../../core/registry'
import { efficientSamSplit, efficientSamWhole } from './efficientSam'
import type { Family } from './family'
import { sam1 } from './sam1'
import { sam2OnnxRuntime } from './sam2OnnxRuntime'
import { sam2Samexporter } from './sam2Samexporter'
import { sam2Transformers } from './sam2Transformers'
import { sam3Image } from './sam3Image'
import { samTransformers, samTransformersPoints } from './samTransformers'

/** In the order in which they are named to the user. */
export const FAMILIES = defineRegistry<Family>('family', [
  sam1,
  sam2Transformers,
  sam2Samexporter,
  sam2OnnxRuntime,
  efficientSamSplit,
  efficientSamWhole,
  samTransformers,
  samTransformersPoints,
  sam3Image,
]).all
