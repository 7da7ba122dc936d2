import { defineRegistry } from '../../core/registry'
import { boxFill } from './boxFill'
import { otsu } from './otsu'
import { segmenter } from './segmenter'

/** Pseudo-mask generators, in menu order. A new one is a file and a line here. */
export const generators = defineRegistry('generator', [segmenter, otsu, boxFill])
