import { AppError } from '../../core/errors'
import type { Embedding, RegionAnswer } from '../../nn/onnx/promptable/promptableModel'

/** Throws `model/bad-output` for an embedding with values that are not numbers; it would poison every answer after it. */
export function checkEmbedding(embedding: Embedding, title: string): void {
  for (const [name, { data }] of Object.entries(embedding)) {
    if (data.length === 0) throw new AppError('model/bad-output', `${title} gave an empty "${name}"`)
    if (data instanceof Float32Array && !isFinite(data)) {
      throw new AppError('model/bad-output', `${title} gave values that are not numbers in "${name}"`)
    }
  }
}

/** Throws `model/bad-output` for no candidates, a grid that does not fit its frame, and logits that are not numbers. */
export function checkAnswer({ frame, candidates }: RegionAnswer, title: string): void {
  const bad = (what: string): AppError => new AppError('model/bad-output', `${title} gave ${what}`)
  const { columns, rows, widthPx, heightPx } = frame
  if (!(columns > 0 && rows > 0 && widthPx > 0 && heightPx > 0)) throw bad('an empty mask grid')
  if (candidates.length === 0) throw bad('no mask')
  for (const { logits, predictedIou } of candidates) {
    if (logits.length !== columns * rows)
      throw bad(`${logits.length} values for a mask of ${columns} x ${rows}`)
    if (!isFinite(logits)) throw bad('a mask with values that are not numbers')
    if (predictedIou !== null && Number.isNaN(predictedIou)) throw bad('a quality that is not a number')
  }
}

function isFinite(values: Float32Array): boolean {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i]!)) return false
  return true
}
