/**
 * What a student learns from, and how. `masks` is a generator's id, or `truth` for the ceiling that boxes cannot
 * pass. Each arm is trained with the same seeds on the same images.
 *
 * @type {readonly { id: string, title: string, masks: string, params: Record<string, unknown> }[]}
 */
export const ARMS = [
  {
    id: 'corrected',
    title: 'segmenter masks, self-correction on',
    masks: 'segmenter',
    params: { selfCorrection: true },
  },
  {
    id: 'plain',
    title: 'segmenter masks, self-correction off',
    masks: 'segmenter',
    params: { selfCorrection: false },
  },
  { id: 'otsu', title: 'Otsu masks, self-correction off', masks: 'otsu', params: { selfCorrection: false } },
  {
    id: 'filled',
    title: 'filled boxes, self-correction off',
    masks: 'box-fill',
    params: { selfCorrection: false },
  },
  {
    id: 'ce',
    title: 'segmenter masks, plain cross-entropy',
    masks: 'segmenter',
    params: { selfCorrection: false, binaryLossWeight: 0 },
  },
  { id: 'truth', title: 'true masks (ceiling)', masks: 'truth', params: { selfCorrection: false } },
]

export const DEFAULT_ARMS = ['corrected', 'plain']
