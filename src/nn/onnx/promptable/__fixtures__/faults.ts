import type { GraphOps } from './graphOps'

/** What can be wrong with a fixture on purpose. */
export type Fault =
  /** The encoder gives the same embedding for every picture. */
  | 'ignores-image'
  /** The decoder's logits are not numbers. */
  | 'no-numbers'
  /** The decoder finds nothing. */
  | 'empty'

/** A logit so low that no prompt lifts it. */
const NOWHERE = -1000

export function withFault(ops: GraphOps, logits: string, fault: Fault | undefined): string {
  if (fault === 'empty') return ops.add(ops.mul(logits, 0.01), NOWHERE)
  if (fault !== 'no-numbers') return logits
  return ops.graph.node('Sqrt', [ops.sub(ops.mul(logits, 0), 1)])
}
