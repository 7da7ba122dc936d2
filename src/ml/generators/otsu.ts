import { defineGenerator } from './generator'

/** Otsu's threshold inside the box, at full resolution. Light or dark is decided by the ring around the box. */
export const otsu = defineGenerator({
  id: 'otsu',
  version: 1,
  title: 'Otsu in box',
  summary: 'Splits the box into light and dark. Good for defects of even brightness; needs no model.',
  needs: [],
  params: {
    cleanUp: {
      kind: 'boolean',
      label: 'Remove specks and fill pinholes',
      default: true,
      advanced: true,
    },
  },
  generate: async (...call) => (await import('./otsuMask')).otsuMask(...call),
})
