import { createHash } from 'node:crypto'
import { createGraphBuilder } from '../../../nn/onnx/graphBuilder'

/**
 * An embedded model of version 2 that can be worked out by hand: logits = 3 box + 5 positive - 7 negative +
 * 2 previous - 1 + mean of the image's channels; quality = 0.5. Its features are means of the image, for the shapes only.
 */
const CHANNELS = ['box', 'positive', 'negative', 'previous'] as const
const WEIGHTS = [3, 5, -7, 2]
const FEATURES = [2, 4, 8, 16, 32].map((stride) => ({ name: `feat${stride}`, stride, channels: 3 }))

const CLICK_RADIUS = 4

/** Files by name, as `models/` would serve them. */
export function clickableModelFiles(): Map<string, Uint8Array<ArrayBuffer>> {
  const encoder = encoderGraph()
  const decoder = decoderGraph()
  const fileOf = (file: string, bytes: Uint8Array) => ({
    file,
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  })
  const manifest = {
    version: 1,
    models: [
      {
        id: 'embedded',
        title: 'Clickable',
        modelVersion: 2,
        license: 'Apache-2.0',
        files: { encoder: fileOf('e.onnx', encoder), decoder: fileOf('d.onnx', decoder) },
        input: { cropSide: 128, cropFactor: 1.6, multipleOf: 32 },
        prompt: { channels: CHANNELS, clickRadius: CLICK_RADIUS },
        tensors: { image: 'image', prompt: 'prompt', features: FEATURES, logits: 'logits', quality: 'quality' },
        standardise: { rule: 'scalar-luminance-median-std', stdFloor: 0.02, clip: 6 },
        calibration: {
          rule: 'fused-box-tight',
          networkWeight: 1,
          otsuWeight: 0,
          blurPx: 0,
          flip: false,
          keepInsideBoxDilated: 0.05,
          iouExponent: 0.5,
          sparseFill: 0.25,
          sparseThreshold: 0.5,
        },
      },
    ],
  }
  return new Map([
    ['manifest.json', new TextEncoder().encode(JSON.stringify(manifest))],
    ['e.onnx', encoder],
    ['d.onnx', decoder],
  ])
}

export function fromFiles(files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>) {
  return (url: string): Promise<Response> => {
    const bytes = files.get(url.split('/').at(-1)!)
    return Promise.resolve(bytes === undefined ? new Response(null, { status: 404 }) : new Response(bytes))
  }
}

const DIMS = ['batch', 3, 'height', 'width'] as const
const PROMPT_DIMS = ['batch', CHANNELS.length, 'height', 'width'] as const

function encoderGraph() {
  const graph = createGraphBuilder()
  const image = graph.input('image', DIMS)
  const prompt = graph.input('prompt', PROMPT_DIMS)
  // The prompt is added with weight 0: it is an input that is there, and no more.
  const zeros = graph.constant(new Float32Array(3 * CHANNELS.length), [3, CHANNELS.length, 1, 1])
  const seen = graph.node('Add', [image, graph.node('Conv', [prompt, zeros])])
  for (const { name, stride } of FEATURES) {
    const attributes = { kernel_shape: [stride, stride], strides: [stride, stride] }
    graph.node('AveragePool', [seen], attributes, name)
    graph.output(name, ['batch', 3, `height/${stride}`, `width/${stride}`])
  }
  return graph.finish('encoder', {})
}

function decoderGraph() {
  const graph = createGraphBuilder()
  const image = graph.input('image', DIMS)
  const prompt = graph.input('prompt', PROMPT_DIMS)
  for (const { name } of FEATURES) graph.input(name, ['batch', 3, `${name} height`, `${name} width`])
  const ofPrompt = graph.constant(Float32Array.from(WEIGHTS), [1, CHANNELS.length, 1, 1])
  const shift = graph.constant(Float32Array.of(-1), [1])
  const mean = graph.constant(Float32Array.of(1 / 3, 1 / 3, 1 / 3), [1, 3, 1, 1])
  graph.node('Add', [graph.node('Conv', [prompt, ofPrompt, shift]), graph.node('Conv', [image, mean])], {}, 'logits')
  const nothing = graph.node('Mul', ['feat32', graph.constant(Float32Array.of(0), [1])])
  const pooled = graph.node('ReduceMean', [nothing], { axes: [1, 2, 3], keepdims: 0 })
  const column = graph.node('Unsqueeze', [pooled, graph.indices([1])])
  graph.node('Sigmoid', [column], {}, 'quality')
  graph.output('logits', ['batch', 1, 'height', 'width'])
  graph.output('quality', ['batch', 1])
  return graph.finish('decoder', {})
}
