import { assert } from '../../../core/assert'
import { AppError } from '../../../core/errors'
import type { FloatTensor } from '../session'

/** One mask that a decoder offers, before it is laid over the region. */
export interface MaskToken {
  /** (rows, columns) logits, a copy of its own. */
  readonly logits: Float32Array
  readonly rows: number
  readonly columns: number
  readonly predictedIou: number
}

/**
 * Cuts (..., M, rows, columns) logits and (..., M) scores of one prompt into its M masks, in the model's order.
 * Scores are clamped to 0..1: the head of SAM 1 has no sigmoid. Throws `model/bad-output` when a logit or a score is
 * not a number, which is how a half-precision overflow and a broken GPU kernel show.
 */
export function maskTokens(masks: FloatTensor, scores: FloatTensor): MaskToken[] {
  const rows = masks.dims.at(-2)!
  const columns = masks.dims.at(-1)!
  const count = scores.data.length
  assert(
    masks.dims.length >= 3 && count > 0 && masks.data.length === count * rows * columns,
    `one prompt has as many masks as scores: masks ${masks.dims.join(' x ')}, scores ${scores.dims.join(' x ')}`,
  )
  return Array.from({ length: count }, (_, m) => {
    const logits = masks.data.slice(m * rows * columns, (m + 1) * rows * columns)
    const score = scores.data[m]!
    if (!Number.isFinite(score) || !logits.every(Number.isFinite)) {
      throw new AppError('model/bad-output', 'the model gave no numbers where its mask should be')
    }
    return { logits, rows, columns, predictedIou: Math.min(Math.max(score, 0), 1) }
  })
}
