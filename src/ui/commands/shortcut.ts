/**
 * Shortcuts as text: `mod+shift+z`, `v`, `shift+1`, `bracketleft`. Letters, digits and signs name the character
 * that the key produces (`event.key`); names of several letters such as `bracketleft` name the key's place
 * (`event.code`), because the brackets matter for where they are.
 */
export interface KeyPress {
  readonly key: string
  readonly code: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly shiftKey: boolean
  readonly altKey: boolean
}

/** Keys that are named by what they do; on every layout `event.key` says so. */
const NAMED = [
  'enter',
  'escape',
  'delete',
  'backspace',
  'arrowleft',
  'arrowright',
  'arrowup',
  'arrowdown',
  'f1',
]

interface Parsed {
  readonly mod: boolean
  readonly shift: boolean
  readonly alt: boolean
  readonly key: string
}

function parse(shortcut: string): Parsed {
  const parts = shortcut.toLowerCase().split('+')
  return {
    mod: parts.includes('mod'),
    shift: parts.includes('shift'),
    alt: parts.includes('alt'),
    key: parts.at(-1) ?? '',
  }
}

/** True when this press is the shortcut. Ctrl and Cmd count as one. */
export function matchesShortcut(press: KeyPress, shortcut: string): boolean {
  const wanted = parse(shortcut)
  if ((press.ctrlKey || press.metaKey) !== wanted.mod || press.altKey !== wanted.alt) return false
  const key = press.key.toLowerCase()
  const isSign = wanted.key.length === 1 && !/[a-z0-9]/.test(wanted.key)
  // A sign such as ? needs Shift on some layouts and not on others: the sign itself decides.
  if (!isSign && press.shiftKey !== wanted.shift) return false
  if (wanted.key.length === 1) {
    // Shift+1 produces ! on one layout and 1 on another: the digit row is told by its place.
    if (wanted.shift && /[0-9]/.test(wanted.key)) return press.code === `Digit${wanted.key}`
    return key === wanted.key
  }
  return NAMED.includes(wanted.key) ? key === wanted.key : press.code.toLowerCase() === wanted.key
}

const SHOWN: Readonly<Record<string, string>> = {
  mod: 'Ctrl',
  shift: 'Shift',
  alt: 'Alt',
  enter: 'Enter',
  escape: 'Esc',
  delete: 'Del',
  backspace: 'Backspace',
  arrowleft: '←',
  arrowright: '→',
  arrowup: '↑',
  arrowdown: '↓',
  bracketleft: '[',
  bracketright: ']',
  space: 'Space',
}

/** As a person reads it: `Ctrl Shift Z`. */
export function shortcutText(shortcut: string): string {
  return shortcut
    .toLowerCase()
    .split('+')
    .map((part) => SHOWN[part] ?? part.toUpperCase())
    .join(' ')
}

/** As `aria-keyshortcuts` wants it: `Control+Shift+Z`. */
export function shortcutAria(shortcut: string): string {
  return shortcutText(shortcut).replace('Ctrl', 'Control').split(' ').join('+')
}
