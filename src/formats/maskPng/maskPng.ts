import { defineExporter } from '../format'

/** The format for semantic segmentation, and the one place where ignore regions are exact. */
export const maskPng = defineExporter({
  id: 'mask-png',
  title: 'Class maps (PNG)',
  summary: 'A ZIP with one grey PNG for each image: 0 background, 1..n classes, 255 ignore.',
  params: {},
  // The writer is loaded with the first export.
  write: async (source, _params, job) => (await import('./writeMaskPng')).writeMaskPng(source, job),
})
