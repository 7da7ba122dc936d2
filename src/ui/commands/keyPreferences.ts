import type { Cell } from '../../core/observable'
import { createCell } from '../../core/observable'

/** How this person's keyboard works; kept in this browser, belongs to no project. */
export interface KeyPreferences {
  /** False: shortcuts of a single character are off (for speech input and shaky hands). */
  readonly singleKeys: boolean
  /** Command id -> its shortcuts instead of the default ones; an empty list means none. */
  readonly changed: { readonly [commandId: string]: readonly string[] }
}

export const DEFAULT_KEYS: KeyPreferences = { singleKeys: true, changed: {} }

const PLACE = 'maskwright.keys'

/** Reads what was stored; anything unreadable gives the defaults. */
export function keysFromText(text: string | null): KeyPreferences {
  if (text === null) return DEFAULT_KEYS
  let stored: unknown
  try {
    stored = JSON.parse(text)
  } catch (error) {
    // Damaged preferences cost a few changed keys, nothing else.
    if (error instanceof SyntaxError) return DEFAULT_KEYS
    throw error
  }
  if (typeof stored !== 'object' || stored === null) return DEFAULT_KEYS
  const changed: Record<string, readonly string[]> = {}
  const listed = 'changed' in stored && typeof stored.changed === 'object' ? stored.changed : null
  for (const [id, shortcuts] of Object.entries(listed ?? {})) {
    if (Array.isArray(shortcuts) && shortcuts.every((shortcut) => typeof shortcut === 'string'))
      changed[id] = shortcuts
  }
  return { singleKeys: !('singleKeys' in stored) || stored.singleKeys !== false, changed }
}

/** The preferences, written back at every change. `storage` null (blocked by the browser): kept for this visit. */
export function createKeyPreferences(storage: Storage | null): Cell<KeyPreferences> {
  const cell = createCell(keysFromText(storage?.getItem(PLACE) ?? null))
  cell.subscribe(() => storage?.setItem(PLACE, JSON.stringify(cell.get())))
  return cell
}
