/**
 * One fault in a user's file. The rest of the file goes on; nothing is dropped without one of these.
 * `path` is a JSON path such as `annotations[12].bbox`, or a file name.
 */
export interface ImportIssue {
  readonly severity: 'error' | 'warning'
  readonly path: string
  readonly message: string
  /** What the person can do about it. */
  readonly remedy: string | null
}
