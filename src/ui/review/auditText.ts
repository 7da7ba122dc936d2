import type { Audit } from '../../domain/audit'

/** "59 random masks checked, 0 wrong: at most 5 % wrong with 95 % confidence." Null while nothing was checked. */
export function auditText({ checked, wrong, atMostWrong }: Audit): string | null {
  if (atMostWrong === null) return null
  // Rounded up: the sentence must not promise more than was proved.
  const percent = Math.ceil(atMostWrong * 100 - 1e-9)
  return `${checked} random ${checked === 1 ? 'mask' : 'masks'} checked, ${wrong} wrong: at most ${percent} % wrong with 95 % confidence.`
}
