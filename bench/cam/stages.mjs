/** Rules from a map to a mask, by the names of map and rule in `camScore`. */
export const MASK_RULES = [
  'map/threshold',
  'extended/crf',
  'map/contrast',
  'extended/contrast',
  'map/prompts',
  'map/mixed',
]

/**
 * Rows of the table, in the order in which the method builds them up. `run` names the measured run that the row is read
 * from, `stage` its stage, `before` the row that it is to improve on. Rows of `kind` `map` and `student` get their
 * threshold from val; a `mask` has none.
 *
 * @type {readonly { id: string, title: string, kind: 'map' | 'mask' | 'student', run: string, stage: string | number, before: string | null }[]}
 */
export const ROWS = [
  row('cam', 'CAM alone', 'map', 'plain', 'map', null),
  row('focus', '+ contrastive learning and guided cropping', 'map', 'rules', 'map', 'cam'),
  row('extended', '+ inpainting extension', 'map', 'rules', 'extended', 'focus'),
  row('crf', '+ CRF', 'mask', 'rules', 'extended/crf', 'extended'),
  row(
    'threshold',
    "without extension: the product's fixed threshold",
    'mask',
    'rules',
    'map/threshold',
    null,
  ),
  row('contrast', 'without extension: local contrast (ours)', 'mask', 'rules', 'map/contrast', 'focus'),
  row('both', 'with extension: local contrast (ours)', 'mask', 'rules', 'extended/contrast', 'contrast'),
  row('prompts', 'without extension: peaks as prompts (ours)', 'mask', 'rules', 'map/prompts', 'focus'),
  row(
    'mixed',
    'without extension: local contrast, wide ones by prompts (ours)',
    'mask',
    'rules',
    'map/mixed',
    'focus',
  ),
  row('student', "student, on the product's default masks", 'student', 'students', 1, 'mixed'),
  row('additional', '+ additional round: student', 'student', 'students', 2, 'student'),
]

function row(id, title, kind, run, stage, before) {
  return { id, title, kind, run, stage, before }
}
