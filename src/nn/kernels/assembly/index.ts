export { packPanels, pointwise, pointwiseWeightSums, sumParts } from './gemm'
export {
  winogradForward,
  winogradScratchFloats,
  winogradWeightGradient,
  winogradWeights,
  winogradWeightSums,
} from './winograd'
