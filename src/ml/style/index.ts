export { applyStyle } from './applyStyle'
export type { StyleExample } from './classStyle'
export { estimateStyle } from './estimateStyle'
