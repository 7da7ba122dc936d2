import { assert } from '../../core/assert'
import { attention } from '../ops/attention'
import { frozenLinear, frozenLinearOfConstant } from '../ops/frozenLinear'
import { gelu } from '../ops/gelu'
import { layerNorm } from '../ops/layerNorm'
import { tf } from '../tf'
import { resamplePositions } from './positionTable'
import { blockTensor, isBitFit, vitTensorSpecs, type VitDims, type VitTensorSpec } from './vitTensors'
import type { VitWeights } from './vitWeights'

/** `torch.nn.LayerNorm` in every published DINOv2. */
export const VIT_NORM_EPSILON = 1e-6

/** A tensor of the network with its values from the file. */
export interface VitTensor extends VitTensorSpec {
  readonly values: Float32Array
}

/** What is asked of the network. */
export interface VitUse {
  /** Patches of the picture. */
  readonly rows: number
  readonly columns: number
  /** Blocks whose outputs are wanted, from 0, ascending. Blocks after the last feed nothing and are left out. */
  readonly taps: readonly number[]
}

/**
 * A DINOv2-shaped vision transformer for pictures of one size: a pure function of its weights.
 * `parameters` and `frozen` are all the tensors it reads; the first are what BitFit trains.
 */
export interface Vit {
  readonly dims: VitDims
  readonly use: VitUse
  /** Biases and norm parameters of what is evaluated, at their values in the file. */
  readonly parameters: readonly VitTensor[]
  /** Matrices, LayerScale, and the tokens and positions of this grid. No gradient goes to them. */
  readonly frozen: readonly VitTensor[]
  /**
   * @param weights a tensor for each of `parameters` and `frozen`
   * @param patches (N, rows, columns, patch * patch * 3): pixels by ImageNet's mean and deviation, channel
   * (y * patch + x) * 3 + colour
   * @returns (N, rows, columns, dim) for each tap: the block's output under the final norm, without class and register tokens
   */
  forward(weights: ReadonlyMap<string, tf.Tensor>, patches: tf.Tensor4D): tf.Tensor4D[]
}

/**
 * boxes2pixels.md §4: frozen but for biases and norms ("BitFit"). For ViT-S/14 that is 61,056 numbers of twelve blocks,
 * 4,992 a block, 768 of the final norm and 384 of the patch bias; the last four blocks feed no tap, so the 41,088 of the
 * others are what gradients reach.
 */
export function createVit(weights: VitWeights, use: VitUse): Vit {
  const { rows, columns, taps } = use
  const { dims, tensors, positionRule } = weights
  const { dim, heads, patch } = dims
  assert(
    taps.length > 0 && taps.every((tap, i) => tap < (taps[i + 1] ?? dims.depth)),
    'taps ascend, within the blocks',
  )
  const evaluated = { ...dims, depth: taps.at(-1)! + 1 }
  const valuesOf = (name: string): Float32Array => {
    const values = tensors.get(name)
    assert(values !== undefined, `no tensor ${name}`)
    return values
  }
  const positions = valuesOf('positions')
  // What is put before the patches, (1 + registers, D): registers have no position.
  const leading = new Float32Array((1 + dims.registers) * dim)
  leading.set(valuesOf('cls').map((value, i) => value + positions[i]!))
  if (dims.registers > 0) leading.set(valuesOf('registers'), dim)
  const ownTokens: readonly VitTensor[] = [
    { name: 'leading', shape: [1 + dims.registers, dim], values: leading },
    {
      name: 'positions',
      shape: [rows * columns, dim],
      values: resamplePositions(positions.subarray(dim), dims.grid, { rows, columns }, positionRule),
    },
  ]
  const read = vitTensorSpecs(evaluated)
    .filter(({ name }) => !['cls', 'registers', 'positions'].includes(name))
    .map((spec): VitTensor => ({ ...spec, values: valuesOf(spec.name) }))

  return {
    dims,
    use,
    parameters: read.filter(({ name }) => isBitFit(name)),
    frozen: [...ownTokens, ...read.filter(({ name }) => !isBitFit(name))],
    forward(given, patches) {
      const n = patches.shape[0]
      const tokens = 1 + dims.registers + rows * columns
      const at = (name: string): tf.Tensor => {
        const tensor = given.get(name)
        assert(tensor !== undefined, `no weight ${name}`)
        return tensor
      }
      const vector = (name: string) => at(name) as tf.Tensor1D
      const matrix = (name: string) => at(`${name}.kernel`) as tf.Tensor2D
      const linear = (x: tf.Tensor2D, name: string) => frozenLinear(x, matrix(name), vector(`${name}.bias`))
      const norm = (x: tf.Tensor2D, name: string) =>
        layerNorm(x, vector(`${name}.weight`), vector(`${name}.bias`), VIT_NORM_EPSILON)

      const block = (x: tf.Tensor2D, index: number): tf.Tensor2D => {
        const of = (name: string) => blockTensor(index, name)
        const qkv = tf.reshape(linear(norm(x, of('norm1')), of('qkv')), [n, tokens, 3 * dim]) as tf.Tensor3D
        const seen = tf.reshape(attention(qkv, heads), [n * tokens, dim]) as tf.Tensor2D
        const attended = tf.add(x, tf.mul(linear(seen, of('proj')), vector(of('scale1')))) as tf.Tensor2D
        const hidden = gelu(linear(norm(attended, of('norm2')), of('fc1')))
        return tf.add(attended, tf.mul(linear(hidden, of('fc2')), vector(of('scale2'))))
      }
      /** Rows of all tokens -> the maps of a tap. */
      const tapped = (x: tf.Tensor2D): tf.Tensor4D => {
        const all = tf.reshape(norm(x, 'norm'), [n, tokens, dim])
        const first = 1 + dims.registers
        return tf.reshape(tf.slice(all, [0, first, 0], [n, rows * columns, dim]), [n, rows, columns, dim])
      }

      const pixels = tf.reshape(patches, [n * rows * columns, 3 * patch * patch]) as tf.Tensor2D
      const embedded = frozenLinearOfConstant(pixels, matrix('patch'), vector('patch.bias'))
      const placed = tf.add(tf.reshape(embedded, [n, rows * columns, dim]), at('positions'))
      const before = tf.tile(tf.expandDims(at('leading'), 0), [n, 1, 1])
      let x = tf.reshape(tf.concat([before, placed], 1), [n * tokens, dim]) as tf.Tensor2D
      const maps: tf.Tensor4D[] = []
      for (let index = 0; index < evaluated.depth; index++) {
        x = block(x, index)
        if (taps.includes(index)) maps.push(tapped(x))
      }
      return maps
    },
  }
}
