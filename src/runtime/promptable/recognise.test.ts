import { describe, expect, test, vi } from 'vitest'
import {
  efficientSamDecoder,
  efficientSamEncoder,
  efficientSamWhole,
} from '../../nn/onnx/promptable/__fixtures__/efficientSamGraphs'
import { createGraphOps } from '../../nn/onnx/promptable/__fixtures__/graphOps'
import { sam1Decoder, sam1Encoder } from '../../nn/onnx/promptable/__fixtures__/sam1Graphs'
import {
  sam2OnnxRuntimeDecoder,
  sam2OnnxRuntimeEncoder,
  sam2SamexporterDecoder,
  sam2SamexporterEncoder,
} from '../../nn/onnx/promptable/__fixtures__/sam2Graphs'
import {
  sam2TransformersDecoder,
  sam2TransformersEncoder,
  samTransformersDecoder,
  samTransformersEncoder,
} from '../../nn/onnx/promptable/__fixtures__/transformersGraphs'
import { recognise, type Recognised } from '../../nn/onnx/promptable/recognise'
import { openNodeSession } from '../__fixtures__/nodeOrt'
import { factsOf } from '../__fixtures__/promptableFixture'

vi.setConfig({ testTimeout: 60_000 })

/** Two files of the user's; the names say nothing on purpose. */
async function recognised(...graphs: readonly Uint8Array[]): Promise<Recognised> {
  const facts = []
  for (const [i, graph] of graphs.entries()) {
    facts.push(factsOf(['a.onnx', 'b.onnx', 'c.onnx'][i]!, await openNodeSession(graph)))
  }
  return recognise(facts)
}

const refusal = (message: string) => ({
  code: 'model/incompatible',
  message: expect.stringContaining(message) as string,
})

describe('recognising a model by its tensors', () => {
  test('says which file is which, whatever their order', async () => {
    expect(await recognised(sam1Encoder(), sam1Decoder())).toMatchObject({
      encoderIndex: 0,
      decoderIndex: 1,
      title: 'SAM 1 or MobileSAM (Meta, samexporter)',
    })
    expect(await recognised(sam1Decoder(), sam1Encoder())).toMatchObject({ encoderIndex: 1, decoderIndex: 0 })
    expect(await recognised(efficientSamWhole())).toMatchObject({ encoderIndex: 0, decoderIndex: 0 })
  })

  test('the tracker of SAM 3 is told from SAM 2 by its shapes', async () => {
    const sides = []
    for (const isTracker of [false, true]) {
      const { model } = await recognised(
        sam2TransformersEncoder({ isTracker }),
        sam2TransformersDecoder({ isTracker }),
      )
      sides.push(model.canvasSide)
    }
    expect(sides).toEqual([1024, 1008])
  })

  test.each([
    [
      'an encoder of another family',
      () => [sam1Encoder(), sam2SamexporterDecoder()],
      'a.onnx: it does not belong to b.onnx: an encoder of SAM 2 by samexporter takes image, this file takes',
    ],
    [
      'an encoder of another export of SAM 2',
      () => [sam2OnnxRuntimeEncoder(), sam2SamexporterDecoder()],
      'a.onnx: as an encoder of SAM 2 by samexporter it should give "image_embed", but it gives image_features_0',
    ],
    [
      'an encoder with three maps for SAM 1',
      () => [sam2SamexporterEncoder(), sam1Decoder()],
      'a.onnx: an encoder of SAM 1 has one input and one output',
    ],
    [
      'maps of another size',
      () => [sam2TransformersEncoder({ isTracker: true }), sam2TransformersDecoder()],
      'b.onnx: its input "image_embeddings.0" is batch_size x 32 x 256 x 256, but a.onnx gives',
    ],
    [
      'int32 where int64 is due',
      () => [sam2TransformersEncoder(), sam2TransformersDecoder({ labels: 'int32' })],
      'b.onnx: its input "input_labels" is int32, expected int64',
    ],
    [
      'a missing input',
      () => [sam2TransformersEncoder(), sam2TransformersDecoder({ lacks: 'input_boxes' })],
      'b.onnx: it looks like a decoder of SAM 2 for transformers.js, but has no input "input_boxes"',
    ],
    [
      'an input too many',
      () => [sam2TransformersEncoder(), sam2TransformersDecoder({ extraInput: 'text' })],
      'wants an input "text" that this family does not have',
    ],
    [
      'SAM 1 for transformers.js, which takes no boxes',
      () => [samTransformersEncoder(), samTransformersDecoder({ hasBoxes: false })],
      'b.onnx: this is a decoder of SAM 1 or SlimSAM for transformers.js without an input "input_boxes": it takes points only',
    ],
    [
      'masks that were cut inside the graph',
      () => [sam2OnnxRuntimeEncoder(), sam2OnnxRuntimeDecoder({ lacksLowResolution: true })],
      'b.onnx: it gives no "low_res_masks"',
    ],
    [
      'room for one point only',
      () => [efficientSamEncoder(), efficientSamDecoder({ points: 1 })],
      'b.onnx: its input "batched_point_coords" has room for one point',
    ],
    ['a decoder alone', () => [sam1Decoder()], 'its encoder is missing. Choose both files.'],
    [
      'two decoders',
      () => [sam1Decoder(), sam2SamexporterDecoder()],
      'a.onnx is the decoder of SAM 1 or MobileSAM (Meta, samexporter), and b.onnx is the decoder of SAM 2',
    ],
    [
      'three graphs',
      () => [sam1Encoder(), sam1Decoder(), sam2SamexporterEncoder()],
      'but 3 graphs were given',
    ],
    [
      'a whole model with a file beside it',
      () => [efficientSamWhole(), sam1Encoder()],
      'a.onnx: it is a whole model and needs no other file. Choose it alone, without b.onnx.',
    ],
    [
      'two encoders',
      () => [sam1Encoder(), sam2SamexporterEncoder()],
      'none of the files is the decoder of a promptable segmenter that this version knows: a.onnx takes input_image and gives image_embeddings',
    ],
  ])('%s is refused, with file, tensor and remedy', async (_, graphs, message) => {
    await expect(recognised(...graphs())).rejects.toMatchObject(refusal(message))
  })

  test('SAM 3 for images is refused with the reason', async () => {
    const ops = createGraphOps()
    ops.name(ops.graph.input('box_coords', [1, 1, 4]), 'boxes')
    ops.graph.input('box_labels', [1, 1], 'int64')
    ops.graph.output('boxes', [1, 1, 4])
    await expect(recognised(ops.graph.finish('sam3', {}))).rejects.toMatchObject(
      refusal('a box there is an example of a concept'),
    )
  })

  test('a single-mask decoder by ONNX Runtime answers with one mask', async () => {
    const { model } = await recognised(sam2OnnxRuntimeEncoder(), sam2OnnxRuntimeDecoder({ isSingle: true }))
    expect(model.family).toBe('sam2-onnxruntime')
  })
})
