import type { Clock } from '../ports/clock'

/**
 * Lists of masks and decisions are ordered by their own times, and the latest decision counts. So no time may go back:
 * not within a millisecond, and not when somebody sets the computer's clock back.
 */
export interface MonotonicClock extends Clock {
  /** No later stamp will be before this one (the latest in a project that is being opened). */
  advanceTo(time: string): void
}

export function createMonotonicClock(clock: Clock): MonotonicClock {
  let latestMs = 0
  return {
    ticks: clock.ticks,
    now: () => {
      latestMs = Math.max(latestMs + 1, Date.parse(clock.now()))
      return new Date(latestMs).toISOString()
    },
    advanceTo: (time) => {
      const timeMs = Date.parse(time)
      if (timeMs > latestMs) latestMs = timeMs
    },
  }
}
