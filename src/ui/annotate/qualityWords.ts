import type { PseudoMask } from '../../domain/records'

export interface QualityWord {
  readonly label: string
  /** The number, as it is written. */
  readonly value: string
  /** What it means, in plain words. */
  readonly meaning: string
}

/**
 * What a generator believes about its own mask, in words: expected overlap with the true mask, how firm the border is,
 * how well it fills its box. Nothing for masks that a person made, and for what was not measured.
 */
export function qualityWords({ quality, isUnresolved }: PseudoMask): readonly QualityWord[] {
  if (isUnresolved) return []
  const { predictedIou, stability, tightness } = quality
  return [
    word('Expected overlap', predictedIou, ['good', 'fair', 'doubtful'], [0.8, 0.6]),
    word('Border', stability, ['firm', 'soft', 'vague'], [0.85, 0.65]),
    word('Fills its box', tightness, ['well', 'partly', 'hardly'], [0.75, 0.5]),
  ].filter((entry) => entry !== null)
}

function word(
  label: string,
  share: number | null,
  meanings: readonly [string, string, string],
  [good, fair]: readonly [number, number],
): QualityWord | null {
  if (share === null) return null
  const meaning = share >= good ? meanings[0] : share >= fair ? meanings[1] : meanings[2]
  return { label, value: `${Math.round(share * 100)} %`, meaning }
}
