import type { UNET_PARAMS } from '../../ml/trainingParams'
import { STUDENT_PIXELS } from '../onnx/studentTensors'
import { concatChannels } from '../ops/concatChannels'
import { maxPool } from '../ops/maxPool'
import { stackLayers, type Layer } from './layerStack'
import { defineStudent, PIXEL_STANDARD, type StudentNetwork } from './student'

/**
 * The baseline of the source (boxes2pixels.md §4, last paragraph): a small U-Net (Ronneberger et al. 2015) on the pixels
 * alone, with one head, from scratch. With base b:
 *
 *   down: blocks 3 -> b -> 2b -> 4b -> 8b, a 2x2 max pool between them; block = 2 x (Conv3x3, BatchNorm, ReLU)
 *   up: transposed Conv2x2 with stride 2 to half the channels, joined with the block of its size, block
 *   head: Conv1x1
 */
export const unet = defineStudent<typeof UNET_PARAMS>({
  id: 'unet',
  version: 1,
  build({ classCount }, { base }) {
    return buildUnet(classCount, base)
  },
})

/** Down blocks by the factor of their channels; all but the last have a counterpart on the way up. */
const DEPTHS = [1, 2, 4, 8] as const
const SKIPS = [2, 1, 0] as const

/** Three pictures of 512 x 512 with base 8: four take a heap of 2.15 GB on wasm. Memory grows with the base. */
const MAX_BATCH_PIXELS_OF_BASE_1 = 24 * 512 * 512

function buildUnet(classCount: number, base: number): StudentNetwork {
  const channels = DEPTHS.map((factor) => factor * base)
  const block = (name: string, inputs: number, outputs: number): Layer[] => [
    { name: `${name}.1`, kind: 'normed', k: 3, inputs, outputs },
    { name: `${name}.2`, kind: 'normed', k: 3, inputs: outputs, outputs },
  ]
  const stack = stackLayers([
    ...channels.flatMap((outputs, i) => block(`down${i}`, i === 0 ? 3 : channels[i - 1]!, outputs)),
    ...SKIPS.flatMap((i): Layer[] => [
      { name: `rise${i}`, kind: 'transposed', k: 1, inputs: channels[i + 1]!, outputs: channels[i]! },
      ...block(`up${i}`, 2 * channels[i]!, channels[i]!),
    ]),
    { name: 'head', kind: 'plain', k: 1, inputs: base, outputs: classCount + 1 },
  ])

  return {
    parameters: stack.parameters,
    statistics: stack.statistics,
    constants: [],
    hasBinaryHead: false,
    pixelBlock: 1,
    standardisesFeatures: false,
    fixedInput: null,
    maxBatchPixels: MAX_BATCH_PIXELS_OF_BASE_1 / base,
    forward(weights, { pixels }, pass) {
      const layer = stack.tensors(weights, pass)
      const maps = [layer('down0.2', layer('down0.1', pixels, { isConstant: true }))]
      for (let i = 1; i < channels.length; i++) {
        maps.push(layer(`down${i}.2`, layer(`down${i}.1`, maxPool(maps[i - 1]!))))
      }
      let x = maps.at(-1)!
      for (const i of SKIPS) {
        const joined = concatChannels(layer(`rise${i}`, x), maps[i]!)
        x = layer(`up${i}.2`, layer(`up${i}.1`, joined))
      }
      return layer('head', x)
    },
    writeOnnx(graph, values) {
      const layer = stack.nodes(graph, values)
      const scalar = (value: number): string => graph.constant(Float32Array.of(value), [1])
      const centred = graph.node('Sub', [STUDENT_PIXELS, scalar(PIXEL_STANDARD.mean)])
      const pixels = graph.node('Div', [centred, scalar(PIXEL_STANDARD.std)])
      const maps = [layer('down0.2', layer('down0.1', pixels))]
      for (let i = 1; i < channels.length; i++) {
        const pooled = graph.node('MaxPool', [maps[i - 1]!], { kernel_shape: [2, 2], strides: [2, 2] })
        maps.push(layer(`down${i}.2`, layer(`down${i}.1`, pooled)))
      }
      let x = maps.at(-1)!
      for (const i of SKIPS) {
        const joined = graph.node('Concat', [layer(`rise${i}`, x), maps[i]!], { axis: 1 })
        x = layer(`up${i}.2`, layer(`up${i}.1`, joined))
      }
      return layer('head', x)
    },
  }
}
