import { AppError } from '../../core/errors'

/**
 * For each operator, the opsets (7 to 21) that gave a graph written before another meaning or made it invalid; opsets
 * that only added types, attributes or inputs with the old behaviour as default are not listed. Source: the operators'
 * changelog of ONNX 1.16. An operator that is not here is not judged: it counts as changed by every opset.
 */
const CHANGED: { readonly [operator: string]: readonly number[] } = {
  Abs: [],
  Add: [],
  AveragePool: [],
  BatchNormalization: [9, 14],
  Cast: [],
  Ceil: [],
  Clip: [11],
  Concat: [],
  Constant: [],
  ConstantOfShape: [],
  Conv: [],
  ConvTranspose: [],
  Cos: [],
  DepthToSpace: [],
  Div: [],
  Equal: [],
  Erf: [],
  Exp: [],
  Expand: [],
  Flatten: [],
  Floor: [],
  Gather: [],
  Gemm: [],
  GlobalAveragePool: [],
  GlobalMaxPool: [],
  Greater: [],
  HardSigmoid: [],
  HardSwish: [],
  Identity: [],
  InstanceNormalization: [],
  LayerNormalization: [],
  LeakyRelu: [],
  Less: [],
  MatMul: [],
  Max: [],
  MaxPool: [],
  Min: [],
  Mul: [],
  Neg: [],
  PRelu: [],
  Pad: [11],
  Pow: [],
  Range: [],
  Reciprocal: [],
  ReduceMax: [18],
  ReduceMean: [18],
  ReduceSum: [13],
  Relu: [],
  Reshape: [],
  Resize: [10, 11],
  Shape: [],
  Sigmoid: [],
  Sin: [],
  Slice: [10],
  Softmax: [13],
  SpaceToDepth: [],
  Split: [13, 18],
  Sqrt: [],
  Squeeze: [13],
  Sub: [],
  Tanh: [],
  Tile: [],
  TopK: [10, 11],
  Transpose: [],
  Unsqueeze: [13],
  Where: [],
}
const OLDEST = 7
const NEWEST = 21

/**
 * Refuses to move operators from one opset to a newer one that reads them differently, with `model/incompatible` and
 * the operator's name. Equal opsets are fine whatever the operators are.
 */
export function assertSameMeaning(operators: Iterable<string>, from: number, to: number): void {
  if (from === to) return
  if (from < OLDEST || from > to || to > NEWEST)
    throw new AppError(
      'model/incompatible',
      `the graphs cannot be joined: one is of ONNX opset ${from}, the other of ${to}; opsets ${OLDEST} to ${NEWEST} are known`,
    )
  for (const operator of operators) {
    const changes = Object.hasOwn(CHANGED, operator) ? CHANGED[operator] : undefined
    if (changes !== undefined && !changes.some((opset) => opset > from && opset <= to)) continue
    throw new AppError(
      'model/incompatible',
      `the graphs cannot be joined: operator ${operator} of ONNX opset ${from} may mean something else in opset ${to}; export the backbone with opset ${to}`,
    )
  }
}
