import { assert } from '../../core/assert'

export interface SupervisedContrast {
  /** Mean over the anchors that have positives; null when none has. */
  readonly loss: number | null
  /** One value an anchor, in order; null: no other vector has its label. */
  readonly perAnchor: readonly (number | null)[]
}

/**
 * Supervised contrastive loss of vectors v_i with labels, the reference of the network's own:
 * L_i = -1/|P(i)| sum_{p in P(i)} log( exp(v_i.v_p / T) / sum_{a != i} exp(v_i.v_a / T) ), P(i) = others with i's label.
 * Known component: SupCon, "out" form (methods/cam-pseudo-masks.md, A3).
 *
 * @param vectors N vectors of one length, l2-normalised by the caller
 * @param temperature T > 0
 */
export function supervisedContrast(
  vectors: readonly (readonly number[])[],
  labels: readonly number[],
  temperature: number,
): SupervisedContrast {
  assert(vectors.length === labels.length, 'every vector needs a label')
  const perAnchor = vectors.map((anchor, i) => anchorLoss(anchor, i, vectors, labels, temperature))
  const counted = perAnchor.filter((loss) => loss !== null)
  const sum = counted.reduce((total, loss) => total + loss, 0)
  return { loss: counted.length === 0 ? null : sum / counted.length, perAnchor }
}

function anchorLoss(
  anchor: readonly number[],
  i: number,
  vectors: readonly (readonly number[])[],
  labels: readonly number[],
  temperature: number,
): number | null {
  const logits = vectors.map((other) => dot(anchor, other) / temperature)
  const others = logits.filter((_, a) => a !== i)
  const positives = logits.filter((_, p) => p !== i && labels[p] === labels[i])
  if (positives.length === 0) return null
  // log sum exp, shifted by the maximum so that exp stays finite at low temperatures.
  const max = Math.max(...others)
  const logSum = max + Math.log(others.reduce((sum, logit) => sum + Math.exp(logit - max), 0))
  return positives.reduce((sum, logit) => sum + logSum - logit, 0) / positives.length
}

function dot(a: readonly number[], b: readonly number[]): number {
  let sum = 0
  for (let d = 0; d < a.length; d++) sum += a[d]! * b[d]!
  return sum
}
