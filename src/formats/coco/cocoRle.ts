import { defineExporter } from '../format'

/** The default export: every pixel of every mask, holes and islands included. */
export const cocoRle = defineExporter({
  id: 'coco-rle',
  title: 'COCO, exact (RLE)',
  summary: 'One JSON file with compressed run-length masks. Keeps holes, islands and single pixels exactly.',
  params: {
    includeIgnore: {
      kind: 'boolean',
      label: 'Include ignore regions',
      help: 'Written as iscrowd 1, once per class, so that evaluators skip what lies in them.',
      default: false,
    },
    includeAttributes: {
      kind: 'boolean',
      label: 'Include who made and accepted each mask',
      help: 'Under "attributes"; leave off for strict readers.',
      default: false,
    },
    splitFiles: {
      kind: 'boolean',
      label: 'One file per split',
      help: 'train.json, val.json, test.json and a manifest.',
      default: false,
    },
    keepZeroIds: {
      kind: 'boolean',
      label: 'Keep ids of 0',
      help: 'Evaluators never find an object whose id is 0.',
      default: false,
      advanced: true,
    },
  },
  // The writer and its second decoder are loaded with the first export.
  write: async (source, params, job) => (await import('./writeCocoRle')).writeCocoRle(source, params, job),
})
