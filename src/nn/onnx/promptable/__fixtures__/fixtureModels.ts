import { TOKEN_GROWTH_CELLS } from './decoderBody'
import { efficientSamDecoder, efficientSamEncoder, efficientSamWhole } from './efficientSamGraphs'
import { sam1Decoder, sam1Encoder, sam1PixelEncoder } from './sam1Graphs'
import {
  sam2OnnxRuntimeDecoder,
  sam2OnnxRuntimeEncoder,
  sam2SamexporterDecoder,
  sam2SamexporterEncoder,
} from './sam2Graphs'
import {
  sam2TransformersDecoder,
  sam2TransformersEncoder,
  samTransformersDecoder,
  samTransformersEncoder,
} from './transformersGraphs'

/** The graphs of one model: two, or one that does everything. */
export interface FixtureModel {
  /** The id of the family that they must be recognised as. */
  readonly family: string
  /** Encoder and decoder, or the one graph that does everything. */
  readonly graphs: () => readonly Uint8Array[]
  readonly keepsShape: boolean
  /** Canvas pixels a cell of the low-resolution mask spans. */
  readonly cellPx: number
  /** Of each candidate, how many cells a side its mask is larger than the box. */
  readonly growth: readonly number[]
  readonly takesNegativeClicks: boolean
  /** Tensor of the embedding that carries the picture; null when the picture itself is handed on. */
  readonly embedding: string | null
  /** What red 200, green 60 and blue 20 become. */
  readonly normalised: readonly [number, number, number]
}

/** (200 / 255 - mean) / deviation, and so on. */
const IMAGENET = [1.307047, -0.985294, -1.455861] as const
const CENTRED = [0.568627, -0.529412, -0.843137] as const

const FOUR_TOKENS = TOKEN_GROWTH_CELLS
const THREE_TOKENS = TOKEN_GROWTH_CELLS.slice(1)

/** Small models with the names, types and shapes of each published interface; they draw the prompt they were given. */
export const FIXTURE_MODELS: { readonly [name: string]: FixtureModel } = {
  sam1: {
    family: 'sam1',
    graphs: () => [sam1Encoder(), sam1Decoder()],
    keepsShape: true,
    cellPx: 4,
    growth: FOUR_TOKENS,
    takesNegativeClicks: true,
    embedding: 'image_embeddings',
    normalised: IMAGENET,
  },
  'sam1-look-alike': {
    family: 'sam1',
    graphs: () => [
      sam1Encoder({ names: ['images', 'embeddings'] }),
      sam1Decoder({ lacksLowResolution: true }),
    ],
    keepsShape: true,
    cellPx: 4,
    growth: FOUR_TOKENS,
    takesNegativeClicks: true,
    embedding: 'image_embeddings',
    normalised: IMAGENET,
  },
  'sam1-single': {
    family: 'sam1',
    graphs: () => [sam1PixelEncoder(), sam1Decoder({ isSingle: true })],
    keepsShape: true,
    cellPx: 4,
    growth: [0],
    takesNegativeClicks: true,
    embedding: 'image_embeddings',
    normalised: IMAGENET,
  },
  'sam2-transformers': {
    family: 'sam2-transformers',
    graphs: () => [sam2TransformersEncoder(), sam2TransformersDecoder()],
    keepsShape: false,
    cellPx: 4,
    growth: THREE_TOKENS,
    takesNegativeClicks: true,
    embedding: 'image_embeddings.2',
    normalised: IMAGENET,
  },
  'sam3-tracker': {
    family: 'sam2-transformers',
    graphs: () => [
      sam2TransformersEncoder({ isTracker: true }),
      sam2TransformersDecoder({ isTracker: true }),
    ],
    keepsShape: false,
    cellPx: 3.5,
    growth: THREE_TOKENS,
    takesNegativeClicks: true,
    embedding: 'image_embeddings.2',
    normalised: CENTRED,
  },
  'sam1-transformers': {
    family: 'sam1-transformers',
    graphs: () => [samTransformersEncoder(), samTransformersDecoder({ hasBoxes: true })],
    keepsShape: true,
    cellPx: 4,
    growth: THREE_TOKENS,
    takesNegativeClicks: true,
    embedding: 'image_embeddings',
    normalised: IMAGENET,
  },
  'sam2-samexporter': {
    family: 'sam2-samexporter',
    graphs: () => [sam2SamexporterEncoder(), sam2SamexporterDecoder()],
    keepsShape: false,
    cellPx: 4,
    growth: THREE_TOKENS,
    takesNegativeClicks: true,
    embedding: 'image_embed',
    normalised: IMAGENET,
  },
  'sam2-onnxruntime': {
    family: 'sam2-onnxruntime',
    graphs: () => [sam2OnnxRuntimeEncoder(), sam2OnnxRuntimeDecoder()],
    keepsShape: false,
    cellPx: 4,
    growth: THREE_TOKENS,
    takesNegativeClicks: true,
    embedding: 'image_embeddings',
    normalised: IMAGENET,
  },
  'efficient-sam': {
    family: 'efficient-sam',
    graphs: () => [efficientSamEncoder(), efficientSamDecoder()],
    keepsShape: false,
    cellPx: 4,
    growth: THREE_TOKENS,
    takesNegativeClicks: false,
    embedding: 'image_embeddings',
    normalised: IMAGENET,
  },
  'efficient-sam-whole': {
    family: 'efficient-sam-whole',
    graphs: () => [efficientSamWhole()],
    keepsShape: false,
    cellPx: 4,
    growth: THREE_TOKENS,
    takesNegativeClicks: false,
    embedding: null,
    normalised: IMAGENET,
  },
}
