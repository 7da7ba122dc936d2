import { AppError, messageOf } from '../core/errors'
import { createCell, type Observable } from '../core/observable'
import type { Notice } from './app'

export interface Notices {
  readonly list: Observable<readonly Notice[]>
  dismiss(id: number): void
  say(kind: Notice['kind'], title: string, message: string): void
  failure(title: string, error: unknown): void
}

/** More would only push each other off the screen. */
const KEEP = 20

export function createNotices(): Notices {
  const list = createCell<readonly Notice[]>([])
  let nextId = 1
  const add = (notice: Omit<Notice, 'id'>): void =>
    list.set([...list.get(), { ...notice, id: nextId++ }].slice(-KEEP))
  return {
    list,
    dismiss: (id) => list.set(list.get().filter((notice) => notice.id !== id)),
    say: (kind, title, message) => add({ kind, title, message, code: null }),
    failure: (title, error) =>
      add({
        kind: 'error',
        title,
        message: messageOf(error),
        code: error instanceof AppError ? error.code : null,
      }),
  }
}
