/** A wrong call: exit code 2. The message names the option or file, what is wrong, and what would help. */
export class UsageError extends Error {
  name = 'UsageError'
}

/** A failure inside the app: `code` is one of the app's own error codes, or null for a bug. */
export class BatchError extends Error {
  name = 'BatchError'
  /** @param {string} message @param {string | null} code */
  constructor(message, code) {
    super(message)
    this.code = code
  }
}

/** The command was cancelled: by Ctrl+C, or by the signal of the caller. */
export class CancelledError extends Error {
  name = 'CancelledError'
}
