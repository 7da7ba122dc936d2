import type { MaskCalibration } from '../../../ml/generators/generator'
import type { GraphFacts } from './graphFacts'
import type { PromptableModel } from './promptableModel'

/** A published interface of promptable segmenters: one file per family, one line in `families.ts`. */
interface FamilyBase {
  readonly id: string
  /** Who exports it, for messages and the list of models: "SAM 2 (samexporter)". */
  readonly title: string
  /** Whether this graph is the family's decoder, by the names of its inputs. At most one family claims a graph. */
  claims(graph: GraphFacts): boolean
}

export type Family =
  | (FamilyBase & {
      readonly kind: 'split'
      /** Throws `model/incompatible` naming file, tensor and remedy. */
      bind(encoder: GraphFacts, decoder: GraphFacts): PromptableModel
    })
  | (FamilyBase & {
      /** One graph does everything: it sees the picture with every prompt. */
      readonly kind: 'whole'
      bind(graph: GraphFacts): PromptableModel
    })
  | (FamilyBase & {
      readonly kind: 'refused'
      /** Why, and what to take instead: the end of a sentence that begins with the file's name. */
      readonly reason: string
    })

/**
 * How masks of this kin are calibrated: the logits alone count, cut at 0.5, and a mask may leave its box by a tenth
 * (Boxes2Pixels notes, §3.2c).
 */
export const SAM_CALIBRATION: MaskCalibration = {
  networkWeight: 1,
  otsuWeight: 0,
  blurPx: 0,
  keepInsideBoxDilated: 0.1,
  iouExponent: 0.5,
  sparseFill: 0.25,
  sparseThreshold: 0.5,
}
