/** A crash costs about this much work. */
const BETWEEN_EPOCHS_MS = 10_000
/** An epoch that takes longer than this is saved in its middle too. */
const WITHIN_EPOCH_MS = 60_000
/** Reading the vectors of a large network takes long: never more than this share of the time. */
const MAX_SHARE = 0.05

/** When a checkpoint is due. The first is due at the first end of an epoch. */
export interface CheckpointPace {
  isDue(nowMs: number, at: 'endOfEpoch' | 'withinEpoch'): boolean
  taken(fromMs: number, toMs: number): void
}

/** `isResumed`: the run starts from a checkpoint, so that one is saved already. */
export function createCheckpointPace(startedAtMs: number, isResumed: boolean): CheckpointPace {
  let lastMs = startedAtMs
  let costMs = 0
  let isFirst = !isResumed
  return {
    isDue: (nowMs, at) => {
      if (at === 'endOfEpoch' && isFirst) return true
      const apartMs = at === 'endOfEpoch' ? BETWEEN_EPOCHS_MS : WITHIN_EPOCH_MS
      return nowMs - lastMs >= Math.max(apartMs, costMs / MAX_SHARE)
    },
    taken: (fromMs, toMs) => {
      lastMs = toMs
      costMs = toMs - fromMs
      isFirst = false
    },
  }
}
