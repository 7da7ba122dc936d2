import { assert } from '../../core/assert'
import type { GraphBuilder } from '../onnx/graphBuilder'
import { convNode, foldNorm, type FoldedConv } from '../onnx/layers'
import { addBias } from '../ops/addBias'
import { batchNorm, normalise, type Activation } from '../ops/batchNorm'
import { conv, convOfConstant } from '../ops/conv'
import { everySecond } from '../ops/everySecond'
import { pixelShuffle } from '../ops/pixelShuffle'
import { tf } from '../tf'
import type { ParameterSpec, Pass, Weights } from './student'

/**
 * A convolution with bias and what belongs to it:
 * - `plain`: nothing more, as in a head.
 * - `normed`: BatchNorm.
 * - `halving`: stride 2, padding 1, BatchNorm.
 * - `shuffled`: to four times the outputs, PixelShuffle(2), BatchNorm.
 * - `transposed`: 2x2 with stride 2, written as a 1x1 convolution to four times the outputs and a PixelShuffle(2).
 */
export interface Layer {
  readonly name: string
  readonly kind: 'plain' | 'normed' | 'halving' | 'shuffled' | 'transposed'
  /** Side of the kernel; 1 of a transposed one. */
  readonly k: 1 | 3
  readonly inputs: number
  /** Channels that come out. */
  readonly outputs: number
}

/** The layers of a network: its parameters as specs, and what they compute as tensors and as ONNX nodes. */
export interface LayerStack {
  readonly parameters: readonly ParameterSpec[]
  readonly statistics: readonly ParameterSpec[]
  /** Runs one layer by name. */
  tensors(weights: Weights, pass: Pass): (name: string, x: tf.Tensor4D, options?: LayerOptions) => tf.Tensor4D
  /** Adds the nodes of one layer, normalisation folded into the convolution; returns the output's name. */
  nodes(
    graph: GraphBuilder,
    values: ReadonlyMap<string, Float32Array>,
  ): (name: string, x: string, options?: LayerOptions) => string
}

export interface LayerOptions {
  /** After the normalisation; ReLU where nothing is said. Layers without normalisation have none. */
  readonly activation?: Activation
  /** The input needs no gradient: frozen features, pixels. */
  readonly isConstant?: boolean
}

export function stackLayers(layers: readonly Layer[]): LayerStack {
  const byName = new Map(layers.map((layer) => [layer.name, layer]))
  const find = (name: string): Layer => {
    const layer = byName.get(name)
    assert(layer !== undefined, `no layer ${name}`)
    return layer
  }
  return {
    parameters: layers.flatMap(parametersOf),
    statistics: layers.filter(isNormed).flatMap(({ name, outputs }): ParameterSpec[] => [
      { name: `${name}.mean`, shape: [outputs], initial: 0 },
      { name: `${name}.variance`, shape: [outputs], initial: 1 },
    ]),
    tensors: (weights, pass) => (name, x, options) => runLayer(find(name), weights, pass, x, options ?? {}),
    nodes: (graph, values) => (name, x, options) => addLayer(graph, find(name), values, x, options ?? {}),
  }
}

const isNormed = ({ kind }: Layer): boolean => kind !== 'plain' && kind !== 'transposed'

/** Channels of the convolution itself, before a PixelShuffle. */
const kernelOutputs = ({ kind, outputs }: Layer): number =>
  kind === 'shuffled' || kind === 'transposed' ? 4 * outputs : outputs

function parametersOf(layer: Layer): ParameterSpec[] {
  const { name, kind, k, inputs, outputs } = layer
  // PyTorch takes the fan-in of a transposed convolution from its outputs: 2 * 2 taps each.
  const fanIn = kind === 'transposed' ? 4 * outputs : k * k * inputs
  const initial = { kind: 'uniform', fanIn } as const
  const biases = kind === 'shuffled' ? 4 * outputs : outputs
  return [
    { name: `${name}.kernel`, shape: [k, k, inputs, kernelOutputs(layer)], initial },
    { name: `${name}.bias`, shape: [biases], initial },
    ...(isNormed(layer)
      ? [
          { name: `${name}.scale`, shape: [outputs], initial: 1 },
          { name: `${name}.shift`, shape: [outputs], initial: 0 },
        ]
      : []),
  ]
}

function runLayer(
  { name, kind }: Layer,
  weights: Weights,
  pass: Pass,
  x: tf.Tensor4D,
  { activation = 'relu', isConstant = false }: LayerOptions,
): tf.Tensor4D {
  const vector = (part: string) => valueOf(weights, `${name}.${part}`) as tf.Tensor1D
  const kernel = valueOf(weights, `${name}.kernel`) as tf.Tensor4D
  const bias = vector('bias')
  const product = isConstant ? convOfConstant(x, kernel) : conv(x, kernel)
  switch (kind) {
    case 'plain':
      return addBias(product, bias)
    case 'transposed':
      return addBias(pixelShuffle(product, 2), bias)
    case 'shuffled':
      return norm(pixelShuffle(addBias(product, bias), 2), null)
    case 'normed':
      return norm(product, bias)
    case 'halving':
      return norm(everySecond(product), bias)
  }

  /**
   * A bias that normalisation takes off again is not added to the pixels: it only moves the mean. Its gradient is 0;
   * the product with 0 keeps it among the parameters.
   */
  function norm(y: tf.Tensor4D, absorbed: tf.Tensor1D | null): tf.Tensor4D {
    const [scale, shift] = [vector('scale'), vector('shift')]
    if (pass.kind === 'infer') {
      const mean = absorbed === null ? vector('mean') : (tf.sub(vector('mean'), absorbed) as tf.Tensor1D)
      return normalise(y, scale, shift, { mean, variance: vector('variance') }, activation)
    }
    const connected = absorbed === null ? shift : (tf.add(shift, tf.mul(absorbed, 0)) as tf.Tensor1D)
    return batchNorm(y, scale, connected, activation, ({ mean, variance }) =>
      pass.observe(name, { mean: absorbed === null ? mean : tf.add(mean, absorbed), variance }),
    )
  }
}

function addLayer(
  graph: GraphBuilder,
  layer: Layer,
  values: ReadonlyMap<string, Float32Array>,
  x: string,
  { activation = 'relu' }: LayerOptions,
): string {
  const { name, kind, k } = layer
  const value = (part: string) => valueOf(values, `${name}.${part}`)
  const stride = kind === 'halving' ? 2 : 1
  let y = convNode(graph, x, foldedConv(layer, value), k, stride)
  // The same order of channels: row in the block, column in the block, channel.
  if (kind === 'shuffled' || kind === 'transposed') y = graph.node('DepthToSpace', [y], { blocksize: 2 })
  return isNormed(layer) && activation === 'relu' ? graph.node('Relu', [y]) : y
}

function foldedConv(layer: Layer, value: (part: string) => Float32Array): FoldedConv {
  const kernel = value('kernel')
  // One bias for each channel of the convolution: before a PixelShuffle every one of a block's four gets the same.
  const own = value('bias')
  const bias = Float32Array.from({ length: kernelOutputs(layer) }, (_, o) => own[o % own.length]!)
  if (!isNormed(layer)) return { kernel, bias }
  const [scale, shift, mean, variance] = [value('scale'), value('shift'), value('mean'), value('variance')]
  return foldNorm(kernel, { scale, shift, mean, variance }, bias)
}

export function valueOf<T>(values: ReadonlyMap<string, T>, name: string): T {
  const value = values.get(name)
  assert(value !== undefined, `no weight ${name}`)
  return value
}
