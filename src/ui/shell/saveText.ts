import type { SaveState } from '../../app/app'
import { assertNever } from '../../core/assert'
import { timeOfDay } from './timeOfDay'

/** The save state in a few words: status bar and screen readers. */
export function saveText(state: SaveState): string {
  switch (state.kind) {
    case 'saved':
      return 'Saved'
    case 'saving':
      return 'Saving …'
    case 'notSaved':
      return `Not saved since ${timeOfDay(state.since)}`
    case 'readOnly':
      return 'Look only'
    default:
      return assertNever(state)
  }
}
