/** How far a long operation is; `total` 0 means "not known yet". */
export interface Progress {
  readonly done: number
  readonly total: number
  readonly note: string
  /** `bytes`: shown as sizes. Otherwise whatever the job counts. */
  readonly unit?: 'bytes'
}

/** The last argument of every operation that can outlast a frame, at every layer. */
export interface JobOptions {
  readonly signal: AbortSignal
  readonly onProgress: (progress: Progress) => void
}

/** `interactive` (the box just drawn) overtakes `batch` (all boxes). */
export type Lane = 'interactive' | 'batch'
