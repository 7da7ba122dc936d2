export { foldPixels, standardise } from './batch'
export {
  channelSums,
  normApply,
  normGradientApply,
  normGradientStatistics,
  normGradientSums,
  normStatistics,
} from './batchNorm'
export { packPanels, pointwise, pointwiseWeightSums, sumParts } from './gemm'
export { lossGradient, lossScratchFloats, lossSums } from './loss'
export { adamWStep, sumOfSquares } from './optimiser'
export { resizeAdjoint, resizeRow } from './resize'
export { winogradForward, winogradScratchFloats, winogradWeightSums } from './winograd'
export { winogradWeightGradient, winogradWeights } from './winogradWeights'
