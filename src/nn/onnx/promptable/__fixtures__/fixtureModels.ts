import { sam1Decoder, sam1Encoder, sam1PixelEncoder } from './sam1Graphs'

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
}

/** Small models with the names, types and shapes of each published interface; they draw the prompt they were given. */
export const FIXTURE_MODELS: { readonly [name: string]: FixtureModel } = {
  sam1: {
    family: 'sam1',
    graphs: () => [sam1Encoder(), sam1Decoder()],
    keepsShape: true,
    cellPx: 4,
    growth: [0, 8, -0.5, -8],
  },
  'sam1-look-alike': {
    family: 'sam1',
    graphs: () => [
      sam1Encoder({ names: ['images', 'embeddings'] }),
      sam1Decoder({ lacksLowResolution: true }),
    ],
    keepsShape: true,
    cellPx: 4,
    growth: [0, 8, -0.5, -8],
  },
  'sam1-single': {
    family: 'sam1',
    graphs: () => [sam1PixelEncoder(), sam1Decoder({ isSingle: true })],
    keepsShape: true,
    cellPx: 4,
    growth: [0],
  },
}
