import { createGraphBuilder, ELEMENTS, type Attribute, type GraphBuilder } from '../../graphBuilder'

/** Arithmetic on named values, so that the fixtures' graphs read like formulas. Numbers are float32 constants. */
export interface GraphOps {
  readonly graph: GraphBuilder
  scalar(value: number): string
  vector(values: readonly number[], dims: readonly number[]): string
  add(a: string, b: string | number): string
  sub(a: string | number, b: string | number): string
  mul(a: string, b: string | number): string
  div(a: string, b: string | number): string
  min(...values: readonly string[]): string
  max(...values: readonly string[]): string
  /** 1 where they are equal, 0 elsewhere. */
  equals(a: string, b: number): string
  sum(x: string, axis: number): string
  extreme(kind: 'Min' | 'Max', x: string, axis: number): string
  toFloat(x: string): string
  toIntegers(x: string): string
  /** Element `index` along an axis, which stays with size 1. */
  pick(x: string, axis: number, index: number): string
  slice(x: string, axis: number, from: number, to: number): string
  /** Each -1 is worked out, each 0 is kept. */
  reshape(x: string, dims: readonly number[]): string
  unsqueeze(x: string, axes: readonly number[]): string
  concat(axis: number, ...values: readonly string[]): string
  sizeOf(x: string, axis: number): string
  /** Bilinear in the half-pixel frame, or nearest, to the sizes in an int64 vector (one for each axis). */
  resize(x: string, mode: 'linear' | 'nearest', sizes: string): string
  /** Gives a value the name of an output. */
  name(x: string, output: string): void
}

export function createGraphOps(): GraphOps {
  const graph = createGraphBuilder()
  const scalar = (value: number): string => graph.constant(Float32Array.of(value), [])
  const operand = (value: string | number): string => (typeof value === 'number' ? scalar(value) : value)
  const binary =
    (operator: string) =>
    (a: string | number, b: string | number): string =>
      graph.node(operator, [operand(a), operand(b)])
  const cast = (x: string, to: number): string => graph.node('Cast', [x], { to })
  const reduce = (operator: string, x: string, axis: number): string => {
    const attributes: Record<string, Attribute> = { keepdims: 1 }
    // Up to opset 17 the sum alone takes its axes as an input.
    if (operator === 'ReduceSum') return graph.node(operator, [x, graph.indices([axis])], attributes)
    return graph.node(operator, [x], { ...attributes, axes: [axis] })
  }
  return {
    graph,
    scalar,
    vector: (values, dims) => graph.constant(Float32Array.from(values), dims),
    add: binary('Add'),
    sub: binary('Sub'),
    mul: binary('Mul'),
    div: binary('Div'),
    min: (...values) => graph.node('Min', values),
    max: (...values) => graph.node('Max', values),
    equals: (a, b) => cast(graph.node('Equal', [a, scalar(b)]), ELEMENTS.float32),
    sum: (x, axis) => reduce('ReduceSum', x, axis),
    extreme: (kind, x, axis) => reduce(`Reduce${kind}`, x, axis),
    toFloat: (x) => cast(x, ELEMENTS.float32),
    toIntegers: (x) => cast(x, ELEMENTS.int64),
    pick: (x, axis, index) => graph.node('Gather', [x, graph.indices([index])], { axis }),
    slice: (x, axis, from, to) =>
      graph.node('Slice', [x, graph.indices([from]), graph.indices([to]), graph.indices([axis])]),
    reshape: (x, dims) => graph.node('Reshape', [x, graph.indices(dims)]),
    unsqueeze: (x, axes) => graph.node('Unsqueeze', [x, graph.indices(axes)]),
    concat: (axis, ...values) => graph.node('Concat', values, { axis }),
    sizeOf: (x, axis) => graph.node('Gather', [graph.node('Shape', [x]), graph.indices([axis])], { axis: 0 }),
    resize: (x, mode, sizes) =>
      graph.node('Resize', [x, null, null, sizes], {
        mode,
        coordinate_transformation_mode: 'half_pixel',
        nearest_mode: 'floor',
      }),
    name: (x, output) => void graph.node('Identity', [x], {}, output),
  }
}
