/** Time and identity come in from outside, so that the application is deterministic under test. */
export interface Clock {
  /** ISO 8601, UTC. */
  now(): string
  /** Milliseconds of a monotonic clock. */
  ticks(): number
}

export type NewId = () => string
