/**
 * The closed set of environment failures. Each code has one sentence of help in `ui/errorTexts.ts`.
 * Bugs are plain `Error`s, faults in a user's file are `ImportIssue`s, a cancelled job is an `AbortError`.
 */
export const ERROR_CODES = [
  'data/missing-pixels',
  'data/not-an-image',
  'data/image-too-large',
  'data/unreadable-file',
  'storage/full',
  'storage/write-failed',
  'storage/damaged',
  'storage/project-too-new',
  'storage/unavailable',
  'storage/read-only',
  'model/missing',
  'model/unreachable',
  'model/hash-mismatch',
  'model/incompatible',
  'model/bad-output',
  'runtime/worker-crashed',
  'runtime/no-backend',
  'runtime/out-of-memory',
  'train/no-examples',
  'train/no-classes',
  'train/diverged',
  'train/bad-checkpoint',
  'export/self-check-failed',
  'export/nothing-to-export',
  'usage/invalid-parameter',
] as const

export type ErrorCode = (typeof ERROR_CODES)[number]

/** A failure of the environment: it has a code the screen can explain and a message that names the thing. */
export class AppError extends Error {
  readonly code: ErrorCode
  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'AppError'
    this.code = code
  }
}

/** How an `AppError` crosses a worker boundary: plain data. */
export interface ErrorWire {
  readonly name: string
  readonly message: string
  readonly code: ErrorCode | null
}

export function toWire(error: unknown): ErrorWire {
  if (error instanceof AppError) return { name: error.name, message: error.message, code: error.code }
  if (error instanceof Error) return { name: error.name, message: error.message, code: null }
  return { name: 'Error', message: String(error), code: null }
}

export function fromWire(wire: ErrorWire): Error {
  if (wire.code !== null) return new AppError(wire.code, wire.message)
  const error = new Error(wire.message)
  error.name = wire.name
  return error
}

export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError'
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
