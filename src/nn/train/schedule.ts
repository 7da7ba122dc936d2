export interface Schedule {
  readonly base: number
  /** Steps of linear growth from base / warmupSteps. */
  readonly warmupSteps: number
  readonly totalSteps: number
  /** The cosine is taken anew every so many steps: 1, or those of an epoch, as in the source (boxes2pixels.md §6). */
  readonly cosineEvery: number
}

/** Cosine from the base rate to 0 over the whole run, multiplied by a linear warm-up (pilot.md, "Setting"). */
export function learningRateAt(
  step: number,
  { base, warmupSteps, totalSteps, cosineEvery }: Schedule,
): number {
  const warmup = warmupSteps === 0 ? 1 : Math.min(1, (step + 1) / warmupSteps)
  const reached = Math.floor(step / cosineEvery) * cosineEvery
  return base * warmup * 0.5 * (1 + Math.cos((Math.PI * reached) / totalSteps))
}
