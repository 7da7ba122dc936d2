import { defineRegistry } from '../core/registry'
import { cocoRle } from './coco/cocoRle'

/** Export formats, in menu order. */
export const exporters = defineRegistry('export format', [cocoRle])
