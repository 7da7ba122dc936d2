/** Rules from a map to a mask, by their names in the product: a fixed threshold, dense CRF, what stands out, prompts. */
export const MASK_RULES = ['threshold', 'crf', 'contrast', 'prompts']

/**
 * Rows of the table, in the order in which the method builds them up. `run` names the measured run that the row is read
 * from, `stage` its stage, `before` the row that it is to improve on. Rows of `kind` `map` and `student` get their
 * threshold from val; a `mask` has none.
 *
 * @type {readonly { id: string, title: string, kind: 'map' | 'mask' | 'student', run: string, stage: string | number, before: string | null }[]}
 */
export const ROWS = [
  { id: 'cam', title: 'CAM alone', kind: 'map', run: 'plain', stage: 'map', before: null },
  {
    id: 'focus',
    title: '+ contrastive learning and guided cropping',
    kind: 'map',
    run: 'rules',
    stage: 'map',
    before: 'cam',
  },
  {
    id: 'extended',
    title: '+ inpainting extension',
    kind: 'map',
    run: 'rules',
    stage: 'extended',
    before: 'focus',
  },
  {
    id: 'threshold',
    title: "same map, the product's fixed threshold",
    kind: 'mask',
    run: 'rules',
    stage: 'threshold',
    before: null,
  },
  { id: 'crf', title: '+ CRF', kind: 'mask', run: 'rules', stage: 'crf', before: 'extended' },
  {
    id: 'contrast',
    title: 'instead of the CRF: local contrast (ours)',
    kind: 'mask',
    run: 'rules',
    stage: 'contrast',
    before: 'extended',
  },
  {
    id: 'prompts',
    title: 'instead of the CRF: peaks as prompts (ours)',
    kind: 'mask',
    run: 'rules',
    stage: 'prompts',
    before: 'extended',
  },
  { id: 'student', title: 'student', kind: 'student', run: 'students', stage: 1, before: 'contrast' },
  {
    id: 'additional',
    title: '+ additional round: student',
    kind: 'student',
    run: 'students',
    stage: 2,
    before: 'student',
  },
]
