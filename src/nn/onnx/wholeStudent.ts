import { AppError } from '../../core/errors'
import type { BackboneTensors, TokenNorm } from '../../ml/backboneTensors'
import { createGraphBuilder, type GraphBuilder } from './graphBuilder'
import { joinGraph } from './joinGraph'
import { convNode } from './layers'
import { readGraphParts } from './graphParts'
import { STUDENT_CLASSES, STUDENT_DEFECT, STUDENT_PIXELS } from './studentTensors'

/**
 * One file of a backbone and the head that was trained on it: takes `pixels` (1, 3, H, W) alone, gives `classes` and
 * `defect` as the head does. Sides are multiples of what backbone and head ask for.
 *
 * The picture's preparation is inside the graph, the median of the luminance included: it is the mean of the two middle
 * values of a TopK over half the pixels, which every runtime has and which stays exact for any canvas. A median outside
 * would be an input that people get wrong. The features stay float32, where the app rounds them to half floats before
 * a head takes them.
 *
 * Throws `model/incompatible` when the parts do not fit.
 */
export function wholeStudent(
  backbone: { readonly onnx: Uint8Array; readonly tensors: BackboneTensors },
  head: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const encoder = readGraphParts(backbone.onnx)
  const { image, preparation, zeros, levels, tokenNorm } = backbone.tensors
  const student = readGraphParts(head)
  const features = student.inputs.filter((name) => name !== STUDENT_PIXELS)
  if (features.length !== levels.length)
    throw new AppError(
      'model/incompatible',
      `the student takes ${features.length} feature maps, the backbone gives ${levels.length}`,
    )
  const graph = createGraphBuilder()
  const pixels = graph.input(STUDENT_PIXELS, [1, 3, 'height', 'width'])
  const sides = graph.node('Shape', [pixels], { start: 2, end: 4 }) // (2): H, W
  const made = joinGraph(graph, encoder, {
    prefix: 'backbone',
    inputs: new Map([
      [image, prepared(graph, pixels, preparation)],
      ...zeros.map(({ name, channels }) => [name, zerosNode(graph, channels, sides)] as const),
    ]),
    outputs: new Map(levels.map(({ output }) => [output, null])),
  })
  const inputs = new Map(
    levels.map((level, i) => [
      features[i]!,
      mapNode(graph, made.get(level.output)!, level, tokenNorm, sides),
    ]),
  )
  if (student.inputs.includes(STUDENT_PIXELS)) inputs.set(STUDENT_PIXELS, pixels)
  joinGraph(graph, student, {
    prefix: 'head',
    inputs,
    outputs: new Map([STUDENT_CLASSES, STUDENT_DEFECT].map((name) => [name, name])),
  })
  graph.output(STUDENT_CLASSES, [1, 'classes', 'height', 'width'])
  graph.output(STUDENT_DEFECT, [1, 1, 'height', 'width'])
  return graph.finish('student', Object.fromEntries(student.metadata))
}

function prepared(graph: GraphBuilder, pixels: string, preparation: BackboneTensors['preparation']): string {
  if (preparation.kind === 'channels') {
    const byChannel = (values: readonly number[]): string =>
      graph.constant(Float32Array.from(values), [1, 3, 1, 1])
    const centred = graph.node('Sub', [pixels, byChannel(preparation.mean)])
    return graph.node('Div', [centred, byChannel(preparation.std)])
  }
  const scalar = (value: number): string => graph.constant(Float32Array.of(value), [])
  const third = { kernel: new Float32Array(3).fill(1 / 3), bias: new Float32Array(1) }
  const luminance = convNode(graph, pixels, third, 1) // (1, 1, H, W)
  const median = medianNode(graph, luminance)
  const deviation = graph.node('Sub', [luminance, graph.node('GlobalAveragePool', [luminance])])
  const variance = graph.node('GlobalAveragePool', [graph.node('Mul', [deviation, deviation])])
  const spread = graph.node('Max', [graph.node('Sqrt', [variance]), scalar(preparation.stdFloor)])
  const scaled = graph.node('Div', [graph.node('Sub', [pixels, median]), spread])
  return graph.node('Clip', [scaled, scalar(-preparation.clip), scalar(preparation.clip)])
}

/** The mean of the sorted values (n - 1) div 2 and n div 2, which are one and the same when n is odd. (1) */
function medianNode(graph: GraphBuilder, values: string): string {
  const flat = graph.node('Reshape', [values, graph.indices([-1])])
  const count = graph.node('Shape', [flat]) // (1): n
  const upper = graph.node('Div', [count, graph.indices([2])])
  const lower = graph.node('Div', [graph.node('Sub', [count, graph.indices([1])]), graph.indices([2])])
  const needed = graph.node('Add', [upper, graph.indices([1])])
  const smallest = graph.node('TopK', [flat, needed], { axis: 0, largest: 0, sorted: 1 }, undefined, 1)
  const sum = graph.node('Add', [
    graph.node('Gather', [smallest, lower]),
    graph.node('Gather', [smallest, upper]),
  ])
  return graph.node('Mul', [sum, graph.constant(Float32Array.of(0.5), [1])])
}

/** (1, channels, H, W) of zeros. `sides` (2): H, W. */
function zerosNode(graph: GraphBuilder, channels: number, sides: string): string {
  const shape = graph.node('Concat', [graph.indices([1, channels]), sides], { axis: 0 })
  return graph.node('ConstantOfShape', [shape])
}

/** Tokens as a map (1, channels, H / stride, W / stride); maps stay as they are. `sides` (2): H, W. */
function mapNode(
  graph: GraphBuilder,
  features: string,
  { stride, channels, layout }: BackboneTensors['levels'][number],
  norm: TokenNorm | null,
  sides: string,
): string {
  if (layout === 'map') return features
  const grid = graph.node('Div', [sides, graph.indices([stride])])
  const side = (index: number): string => graph.node('Gather', [grid, graph.indices([index])])
  // Counted from the end, so that nobody has to know how many tokens come before the patches.
  const start = graph.node('Sub', [graph.indices([0]), graph.node('Mul', [side(0), side(1)])])
  const patches = graph.node('Slice', [
    features,
    start,
    graph.indices([Number.MAX_SAFE_INTEGER]),
    graph.indices([1]),
  ])
  const normed = norm === null ? patches : tokenNormNode(graph, patches, norm)
  const shape = graph.node('Concat', [graph.indices([1, channels]), grid], { axis: 0 })
  return graph.node('Reshape', [graph.node('Transpose', [normed], { perm: [0, 2, 1] }), shape])
}

function tokenNormNode(graph: GraphBuilder, tokens: string, { scale, shift, epsilon }: TokenNorm): string {
  const vector = (values: readonly number[]): string =>
    graph.constant(Float32Array.from(values), [values.length])
  return graph.node('LayerNormalization', [tokens, vector(scale), vector(shift)], {
    axis: -1,
    epsilon: { float: epsilon },
  })
}
