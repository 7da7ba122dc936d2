import { beforeAll, describe, expect, test } from 'vitest'
import { startBackend } from '../__fixtures__/backends'
import { readDefectProbability } from '../train/readLogits'
import { tf } from '../tf'
import { initialValues, layOut, nameValues } from '../train/flatParameters'
import { boxes2pixelsDecoder, PUBLISHED_WIDTHS } from './boxes2pixelsDecoder'
import type { StudentNetwork } from './student'

/** DINOv2 ViT-S/14: four tapped blocks. */
const VIT_SMALL = [0, 1, 2, 3].map(() => ({ stride: 14, channels: 384 }))
const ALL_PARTS = { hasDetail: true, hasBinaryHead: true, hasFrozenFeatures: true }

/** Trainable numbers of the tensors whose names begin with one of the prefixes; all without any. */
function count({ parameters }: StudentNetwork, ...prefixes: string[]): number {
  return parameters
    .filter(({ name }) => prefixes.length === 0 || prefixes.some((prefix) => name.startsWith(prefix)))
    .reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0)
}

describe('parameters of the published decoder with three classes (background, two defects)', () => {
  const network = boxes2pixelsDecoder(VIT_SMALL, 2, ALL_PARTS, PUBLISHED_WIDTHS)

  test.each([
    ['projectors', ['project'], 396_288],
    ['fusion', ['fuse'], 3_543_552],
    ['first up block', ['up1'], 1_180_416],
    ['second up block', ['up2'], 295_296],
    ['third up block', ['up3'], 73_920],
    ['detail branch', ['detail'], 7_728],
    ['mixer', ['mixer'], 37_056],
    ['binary head', ['binary'], 18_594],
    ['class head', ['fine'], 18_627],
    ['everything', [], 5_571_477],
  ])('%s', (_, prefixes, expected) => {
    expect(count(network, ...prefixes)).toBe(expected)
  })

  test('without the detail branch the mixer takes 32 channels; without the binary head that head is missing', () => {
    const plain = boxes2pixelsDecoder(VIT_SMALL, 2, { ...ALL_PARTS, hasDetail: false }, PUBLISHED_WIDTHS)
    // The mixer loses 32 x 64 kernels of 3 x 3.
    expect(count(network) - count(plain)).toBe(7_728 + 9 * 32 * 64)
    const single = boxes2pixelsDecoder(VIT_SMALL, 2, { ...ALL_PARTS, hasBinaryHead: false }, PUBLISHED_WIDTHS)
    expect(count(network) - count(single)).toBe(18_594)
  })
})

describe('sizes on the way through the decoder', () => {
  beforeAll(() => startBackend('wasm'))

  /** Every map that an operation makes, as (1, H, W, C), of a narrow decoder on a picture of this size. */
  async function mapsOf(height: number, width: number) {
    const levels = VIT_SMALL.map(() => ({ stride: 14, channels: 4 }))
    // A number of channels of its own for each part, so that a shape names the part.
    const widths = { fusion: 11, up: [10, 9, 8], detail: [6, 7], mixer: 13, head: 12 } as const
    const network = boxes2pixelsDecoder(levels, 2, ALL_PARTS, widths)
    const layouts = [layOut(network.parameters), layOut(network.statistics)]
    const features = levels.map(() => tf.randomNormal<tf.Rank.R4>([1, height / 14, width / 14, 4]))
    const pixels = tf.zeros<tf.Rank.R4>([1, height, width, 3])
    const weights = new Map(
      layouts.flatMap((layout) => {
        const values = nameValues(layout, initialValues(layout, 1))
        return layout.specs.map(
          ({ name, shape }) => [name, tf.tensor(values.get(name)!, [...shape])] as const,
        )
      }),
    )
    let logits: tf.Tensor4D | null = null
    const { kernels } = await tf.profile(() => {
      logits = network.forward(weights, { features, pixels }, { kind: 'infer' })
      return logits
    })
    const shapes = new Set(kernels.flatMap((kernel) => kernel.outputShapes.map((shape) => shape.join())))
    return { shapes, logits: logits! as tf.Tensor4D }
  }

  test('T6: 518 gives 37, 74, 148, 296; 259, 130; 260, 520, 518', async () => {
    const { shapes, logits } = await mapsOf(518, 518)
    const expected = [
      [37, 11], // fused
      [74, 10],
      [148, 9],
      [296, 8], // the up blocks
      [259, 6],
      [130, 7], // the detail branch
      [130, 8], // features resized to it
      [130, 13], // mixed
      [260, 13],
      [260, 12], // the heads
    ] as const
    for (const [side, channels] of expected) expect(shapes).toContain(`1,${side},${side},${channels}`)
    expect(logits.shape).toEqual([1, 520, 520, 5])
    expect(await readDefectProbability(logits, { height: 518, width: 518 }, 2)).toHaveLength(518 * 518)
  })

  test('any multiple of 14 fits: 70 x 42 gives tokens of 5 x 3, detail of 18 x 11, logits of 72 x 44', async () => {
    const { shapes, logits } = await mapsOf(70, 42)
    for (const shape of ['1,5,3,11', '1,40,24,8', '1,18,11,7', '1,18,11,8']) expect(shapes).toContain(shape)
    expect(logits.shape).toEqual([1, 72, 44, 5])
  })
})
