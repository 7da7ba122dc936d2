import { address, whole } from './arguments'
import { addOuterProducts, multiply } from './gemm'
import { OUT, paddedTo8, TILES, VALUES } from './winogradFrame'
import { transformGradients, transformInputs, transformOutputs } from './winogradTiles'

/**
 * Convolutions 3x3, stride 1, zero padding 1, by Winograd's minimal filtering F(4x4, 3x3) (Lavin and Gray 2016): a tile of
 * 4 x 4 outputs is seen through 6 x 6 inputs, and in the transformed frame each of the 36 values needs one product instead
 * of 9 for each of 16 outputs: a quarter of the multiplications.
 *
 *   forward          Y = A' [(G g G') . (B' d B)] A
 *   weight gradient  dg = G' [sum over tiles (B' d B) . (A dY A')] G, the adjoint of the same formula
 *
 * Tiles go to that frame and back in `winogradTiles`, weights and their gradient in `winogradWeights`.
 */

/** Floats of scratch that each thread needs: values and products of a block of tiles, and 36 vectors. */
export function winogradScratchFloats(inputs: i32, outputs: i32): i32 {
  return VALUES * TILES * (inputs + paddedTo8(outputs)) + 4 * VALUES
}

/** Convolution of one block of tiles: x (n, h, w, inputs), transformed weights, y (n, h, w, outputs). */
export function winogradForward(task: i32, thread: i32, args: usize): void {
  const x = address(args, 0)
  const weights = address(args, 1)
  const y = address(args, 2)
  const n = whole(args, 4)
  const h = whole(args, 5)
  const w = whole(args, 6)
  const inputs = whole(args, 7)
  const outputs = whole(args, 8)
  const padded = paddedTo8(outputs)
  const values = address(args, 3) + (<usize>(thread * winogradScratchFloats(inputs, outputs)) << 2)
  const products = values + (<usize>(VALUES * TILES * inputs) << 2)
  const temporary = products + (<usize>(VALUES * TILES * padded) << 2)
  const tiles = n * ((w + OUT - 1) / OUT) * ((h + OUT - 1) / OUT)
  const first = task * TILES
  const count = min(TILES, tiles - first)
  transformInputs(x, h, w, inputs, first, count, values, temporary)
  for (let v = 0; v < VALUES; v++) {
    multiply(
      values + (<usize>(v * TILES * inputs) << 2),
      <usize>inputs << 2,
      count,
      inputs,
      weights + (<usize>(v * inputs * padded) << 2),
      products + (<usize>(v * TILES * padded) << 2),
      <usize>padded << 2,
      padded,
    )
  }
  transformOutputs(products, padded, y, h, w, outputs, first, count, temporary)
}

/** Sums (B' d B)' (A dY A') over the task's `blocks` blocks of tiles into its own (36, inputs, padded outputs). */
export function winogradWeightSums(task: i32, thread: i32, args: usize): void {
  const x = address(args, 0)
  const dy = address(args, 1)
  const n = whole(args, 4)
  const h = whole(args, 5)
  const w = whole(args, 6)
  const inputs = whole(args, 7)
  const outputs = whole(args, 8)
  const blocks = whole(args, 9)
  const padded = paddedTo8(outputs)
  const sumFloats = inputs * padded
  const sums = address(args, 2) + (<usize>(task * VALUES * sumFloats) << 2)
  const values = address(args, 3) + (<usize>(thread * winogradScratchFloats(inputs, outputs)) << 2)
  const gradients = values + (<usize>(VALUES * TILES * inputs) << 2)
  const temporary = gradients + (<usize>(VALUES * TILES * padded) << 2)
  memory.fill(sums, 0, <usize>(VALUES * sumFloats) << 2)
  if (padded !== outputs) memory.fill(gradients, 0, <usize>(VALUES * TILES * padded) << 2)
  const tiles = n * ((w + OUT - 1) / OUT) * ((h + OUT - 1) / OUT)
  const last = min(tiles, (task + 1) * blocks * TILES)
  for (let first = task * blocks * TILES; first < last; first += TILES) {
    const count = min(TILES, last - first)
    transformInputs(x, h, w, inputs, first, count, values, temporary)
    transformGradients(dy, h, w, outputs, first, count, gradients, padded, temporary)
    for (let v = 0; v < VALUES; v++) {
      addOuterProducts(
        values + (<usize>(v * TILES * inputs) << 2),
        <usize>inputs << 2,
        gradients + (<usize>(v * TILES * padded) << 2),
        <usize>padded << 2,
        count,
        inputs,
        padded,
        sums + (<usize>(v * sumFloats) << 2),
      )
    }
  }
}
