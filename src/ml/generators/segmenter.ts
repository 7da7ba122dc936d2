import { defineGenerator } from './generator'

/**
 * The promptable segmenter: what it says about the box and the clicks is read in several ways (its own map, fused with
 * the grey evidence inside the box, thresholds fitted to the box), ranked, and turned into masks at image resolution.
 */
export const segmenter = defineGenerator({
  id: 'segmenter',
  version: 3,
  title: 'Segmenter',
  summary: 'Asks the trained segmenter and fits the result to the box.',
  needs: ['segmenter'],
  params: {
    threshold: {
      kind: 'choice',
      label: 'Threshold',
      default: 'auto',
      options: [
        { value: 'auto', label: 'Automatic' },
        { value: 'box-tight', label: 'Fitted to the box' },
        { value: 'fixed', label: 'Fixed' },
      ],
    },
    fixedThreshold: {
      kind: 'number',
      label: 'Fixed threshold',
      help: 'Used when the threshold is fixed: lower gives larger masks.',
      default: 0.5,
      min: 0.05,
      max: 0.95,
      step: 0.05,
      advanced: true,
    },
    detail: {
      kind: 'choice',
      label: 'Large boxes',
      help: 'Thin defects in a large box need a second look, part by part.',
      default: 'auto',
      options: [
        { value: 'auto', label: 'Look closer' },
        { value: 'off', label: 'One look' },
      ],
      advanced: true,
    },
    cleanUp: {
      kind: 'boolean',
      label: 'Remove specks and fill pinholes',
      default: true,
      advanced: true,
    },
  },
  // Only the form is needed before the first box.
  generate: async (...call) => (await import('./segmentBox')).segmentBox(...call),
})
