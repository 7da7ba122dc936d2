/** Colours of classes in the order they are handed out: told apart on grey surfaces and in common colour-vision deficiencies. */
export const CLASS_PALETTE = [
  '#f2b134',
  '#3fb6ff',
  '#ff5d5d',
  '#9be15d',
  '#c38bff',
  '#ff9ecb',
  '#2fd6c3',
  '#d9a066',
  '#8fa8ff',
  '#e8e36a',
]
