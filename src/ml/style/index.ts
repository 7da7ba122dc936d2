export { applyStyle } from './applyStyle'
export type { ClassStyle, DrawnStyle, StyleExample } from './classStyle'
export { estimateStyle } from './estimateStyle'
