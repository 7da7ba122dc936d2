import { defineRegistry } from '../core/registry'
import { cocoRle } from './coco/cocoRle'
import { maskPng } from './maskPng/maskPng'

/** Export formats, in menu order. */
export const exporters = defineRegistry('export format', [cocoRle, maskPng])
