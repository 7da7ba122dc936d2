import { AppError, messageOf } from '../core/errors'

/**
 * What a browser's storage threw, in the application's words. Also turns the `AbortError` of an aborted transaction
 * into a failure: to the rest of the application that name means "cancelled by the user".
 */
export function storageError(error: unknown, action: string): AppError {
  if (error instanceof AppError) return error
  switch (nameOf(error)) {
    case 'QuotaExceededError':
      return new AppError(
        'storage/full',
        `The browser's storage is full: ${action} did not fit. Delete a project or free space on this disk.`,
        { cause: error },
      )
    case 'VersionError':
      return new AppError('storage/project-too-new', `A newer version of Maskwright has used this storage.`, {
        cause: error,
      })
    default:
      return new AppError('storage/write-failed', `${action} failed: ${messageOf(error)}`, { cause: error })
  }
}

/** For error texts: "3.4 MB". */
export function sizeText(byteCount: number): string {
  if (byteCount < 1000) return `${byteCount} bytes`
  if (byteCount < 1e6) return `${(byteCount / 1e3).toFixed(1)} kB`
  return `${(byteCount / 1e6).toFixed(1)} MB`
}

/** DOMExceptions of another realm (a worker, a test's fake) are told by their name. */
export function nameOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'name' in error ? String(error.name) : ''
}
