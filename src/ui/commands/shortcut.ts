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
  const lower = shortcut.toLowerCase()
  // The plus sign is itself a key: "+", "mod++".
  const isPlus = lower.endsWith('+')
  const parts = (isPlus ? lower.slice(0, -1) : lower).split('+')
  return {
    mod: parts.includes('mod'),
    shift: parts.includes('shift'),
    alt: parts.includes('alt'),
    key: isPlus ? '+' : (parts.at(-1) ?? ''),
  }
}

/** True when this press is the shortcut. Ctrl and Cmd count as one. */
export function matchesShortcut(press: KeyPress, shortcut: string): boolean {
  const wanted = parse(shortcut)
  if ((press.ctrlKey || press.metaKey) !== wanted.mod || press.altKey !== wanted.alt) return false
  const isSign = wanted.key.length === 1 && !/[a-z0-9]/.test(wanted.key)
  // A sign such as ? needs Shift on some layouts and not on others: the sign itself decides.
  if (!isSign && press.shiftKey !== wanted.shift) return false
  // Shift+1 gives ! on one layout and 1 on another: digits are told by their place.
  if (/^[0-9]$/.test(wanted.key))
    return press.code === `Digit${wanted.key}` || press.code === `Numpad${wanted.key}`
  const key = press.key.toLowerCase()
  if (wanted.key.length === 1 || NAMED.includes(wanted.key)) return key === wanted.key
  return press.code.toLowerCase() === wanted.key
}

/** The shortcut of a press, for recording a new one; null for a modifier alone. */
export function shortcutOfPress(press: KeyPress): string | null {
  const key = press.key.toLowerCase()
  if (['shift', 'control', 'alt', 'meta', 'altgraph', 'capslock', 'dead', 'unidentified'].includes(key))
    return null
  const digit = /^(?:Digit|Numpad)([0-9])$/.exec(press.code)?.[1]
  const place = press.code.toLowerCase()
  const name = digit ?? (place.startsWith('bracket') || place === 'space' ? place : key)
  const isSign = name.length === 1 && !/[a-z0-9]/.test(name)
  return [
    ...(press.ctrlKey || press.metaKey ? ['mod'] : []),
    ...(press.altKey ? ['alt'] : []),
    ...(press.shiftKey && !isSign ? ['shift'] : []),
    name,
  ].join('+')
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
  return wordsOf(shortcut).join(' ')
}

/** As `aria-keyshortcuts` wants it: `Control+Shift+Z`. */
export function shortcutAria(shortcut: string): string {
  return wordsOf(shortcut)
    .map((word) => (word === 'Ctrl' ? 'Control' : word))
    .join('+')
}

function wordsOf(shortcut: string): readonly string[] {
  const { mod, alt, shift, key } = parse(shortcut)
  const names = [mod && 'mod', alt && 'alt', shift && 'shift', key].filter((name) => name !== false)
  return names.map((name) => SHOWN[name] ?? name.toUpperCase())
}
