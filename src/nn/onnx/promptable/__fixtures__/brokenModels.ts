import { sam1Decoder, sam1Encoder } from './sam1Graphs'
import { sam2SamexporterDecoder } from './sam2Graphs'
import {
  sam2TransformersDecoder,
  sam2TransformersEncoder,
  samTransformersDecoder,
  samTransformersEncoder,
} from './transformersGraphs'

/** Models that a person might well choose, each wrong in one way: they must be refused, or found out by their answer. */
export const BROKEN_MODELS = {
  /** The decoder belongs to another family. */
  'other-family': () => [sam1Encoder(), sam2SamexporterDecoder()],
  /** Labels are int32 where int64 is due. */
  'int32-labels': () => [sam2TransformersEncoder(), sam2TransformersDecoder({ labels: 'int32' })],
  /** It takes points only. */
  'no-boxes': () => [samTransformersEncoder(), samTransformersDecoder({ hasBoxes: false })],
  /** Half of the decoder's file is missing. */
  truncated: () => [sam1Encoder(), sam1Decoder().slice(0, 4000)],
  /** It opens and answers, but the same for every picture. */
  'ignores-image': () => [sam1Encoder({ fault: 'ignores-image' }), sam1Decoder()],
  /** Its logits are not numbers. */
  'no-numbers': () => [sam1Encoder(), sam1Decoder({ fault: 'no-numbers' })],
  /** It finds nothing in any box. */
  empty: () => [sam1Encoder(), sam1Decoder({ fault: 'empty' })],
} satisfies { readonly [name: string]: () => readonly Uint8Array[] }
