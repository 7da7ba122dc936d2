import { sam1Decoder, sam1Encoder, sam1PixelEncoder } from './sam1Graphs'
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
}

const FOUR_TOKENS = [0, 8, -0.5, -8]
const THREE_TOKENS = [8, -0.5, -8]

/** Small models with the names, types and shapes of each published interface; they draw the prompt they were given. */
export const FIXTURE_MODELS: { readonly [name: string]: FixtureModel } = {
  sam1: {
    family: 'sam1',
    graphs: () => [sam1Encoder(), sam1Decoder()],
    keepsShape: true,
    cellPx: 4,
    growth: FOUR_TOKENS,
    takesNegativeClicks: true,
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
  },
  'sam1-single': {
    family: 'sam1',
    graphs: () => [sam1PixelEncoder(), sam1Decoder({ isSingle: true })],
    keepsShape: true,
    cellPx: 4,
    growth: [0],
    takesNegativeClicks: true,
  },
  'sam2-transformers': {
    family: 'sam2-transformers',
    graphs: () => [sam2TransformersEncoder(), sam2TransformersDecoder()],
    keepsShape: false,
    cellPx: 4,
    growth: THREE_TOKENS,
    takesNegativeClicks: true,
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
  },
  'sam1-transformers': {
    family: 'sam1-transformers',
    graphs: () => [samTransformersEncoder(), samTransformersDecoder({ hasBoxes: true })],
    keepsShape: true,
    cellPx: 4,
    growth: THREE_TOKENS,
    takesNegativeClicks: true,
  },
}
