import type { App } from '../app'

/** What the app said last of something that went wrong, for a command that has no screen to show it. */
export function failureText(app: App, otherwise: string): string {
  const notice = app.notices.get().findLast((entry) => entry.kind === 'error' || entry.kind === 'warning')
  return notice === undefined ? otherwise : `${notice.title}: ${notice.message}`
}
