import type { MaskCandidate } from '../../../ml/generators/generator'
import type { FloatTensor } from '../session'
import type { MaskToken } from './maskTokens'

/** The two feeds by which a decoder takes its former low-resolution logits. */
export interface FeedbackFeeds {
  /** (1, 1, side, side). */
  readonly mask: FloatTensor
  /** One element, 1 or 0, also where a graph declares one per box: it is broadcast from the last axis. */
  readonly hasMask: FloatTensor
}

/** An answer of another model or another grid is not fed: refining starts afresh. */
export function feedbackFeeds(former: Pick<MaskCandidate, 'feedback'> | null, side: number): FeedbackFeeds {
  const logits = former?.feedback.length === side * side ? former.feedback : null
  return {
    mask: { data: logits ?? new Float32Array(side * side), dims: [1, 1, side, side] },
    hasMask: { data: Float32Array.of(logits === null ? 0 : 1), dims: [1] },
  }
}

/** The logits go back as they came. */
export function lowResolutionLogits({ logits }: MaskToken): Float32Array {
  return logits
}

export function noFeedback(): Float32Array {
  return new Float32Array(0)
}
