import { assert } from '../../../core/assert'
import { channelsLast, rgbPlanes } from '../../../ml/imaging/planes'
import { tensorOf } from '../session'
import { withOutputs } from '../withOutputs'
import {
  BACKBONE_INPUT,
  checkBackboneGraph,
  incompatibleBackbone,
  levelOf,
  unexpectedShape,
  type BackboneInterface,
} from './backbone'

const STRIDES = [4, 8, 16, 32]
const nameOf = (stride: number): string => `feat${stride}`
const MULTIPLE_OF = 32

const PREPROCESSING =
  'one float32 map (1, channels, height / stride, width / stride) per level: tensor "feat<stride>" of the backbone run on the same placed image, "pixel_values" float32 (1, 3, height, width) = RGB / 127.5 - 1'

/**
 * A convolutional network cut into `feat4`, `feat8`, `feat16`, `feat32`, fed with x / 127.5 - 1: MobileNetV2 as
 * TensorFlow trains it (models.md §2). Other outputs, such as class scores, are left out.
 */
export const pyramid: BackboneInterface = {
  title: 'feature pyramid',
  kind: 'pyramid',
  claims: ({ inputs, outputs }) =>
    inputs.includes(BACKBONE_INPUT) && outputs.some((name) => /^feat\d+$/.test(name)),
  prepare: (file, graph) => {
    checkBackboneGraph(file, graph)
    const given = graph.outputs.map(({ name }) => name)
    const names = STRIDES.map(nameOf)
    const missing = names.filter((name) => !given.includes(name))
    if (missing.length > 0) {
      throw incompatibleBackbone(
        file,
        `as a feature pyramid it should give ${names.join(', ')}, but it gives ${given.join(', ')} (${missing.join(', ')} missing): export it with these maps as outputs`,
      )
    }
    return {
      onnx: given.length === names.length ? graph.bytes : withOutputs(graph, names),
      multipleOf: MULTIPLE_OF,
      preprocessing: PREPROCESSING,
      extract: async (session, image) => {
        const { width, height } = image
        assert(
          width % MULTIPLE_OF === 0 && height % MULTIPLE_OF === 0,
          `sides are multiples of ${MULTIPLE_OF}`,
        )
        const data = rgbPlanes(image)
        for (let i = 0; i < data.length; i++) data[i] = data[i]! * 2 - 1
        const found = await session.run({ [BACKBONE_INPUT]: { data, dims: [1, 3, height, width] } })
        const levels = STRIDES.map((stride) => {
          const { data: map, dims } = tensorOf(found, nameOf(stride))
          const channels = dims[1] ?? 0
          if (dims.length !== 4 || channels < 1 || dims[2] !== height / stride || dims[3] !== width / stride)
            throw unexpectedShape(
              nameOf(stride),
              dims,
              `1 x channels x ${height / stride} x ${width / stride}`,
            )
          return levelOf(stride, channels, channelsLast(map, channels), nameOf(stride))
        })
        return { width, height, levels }
      },
    }
  },
}
