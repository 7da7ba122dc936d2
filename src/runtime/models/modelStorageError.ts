import { AppError, messageOf } from '../../core/errors'

/** What the browser's file system threw, in the application's words. */
export function modelStorageError(error: unknown, fileName: string): AppError {
  if (error instanceof AppError) return error
  switch (nameOf(error)) {
    case 'QuotaExceededError':
      return new AppError(
        'storage/full',
        `this browser has no room left for ${fileName}: delete another model or an old project, then try again`,
        { cause: error },
      )
    case 'NoModificationAllowedError':
      return new AppError(
        'storage/write-failed',
        `${fileName} is in use by another tab: wait for it or close that tab, then try again`,
        { cause: error },
      )
    default:
      return new AppError('storage/write-failed', `${fileName} could not be kept: ${messageOf(error)}`, {
        cause: error,
      })
  }
}

function nameOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'name' in error ? String(error.name) : ''
}
