import { expect, test } from 'vitest'
import { matchesShortcut, shortcutAria, shortcutOfPress, shortcutText, type KeyPress } from './shortcut'

const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({
  key,
  code: `Key${key.toUpperCase()}`,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...more,
})

test('letters go by the character, whatever the keyboard layout', () => {
  // On a French keyboard the key at the place of Q produces a.
  expect(matchesShortcut(press('a', { code: 'KeyQ' }), 'a')).toBe(true)
})

test('brackets go by their place, because a German keyboard has no bracket there', () => {
  expect(matchesShortcut(press('ü', { code: 'BracketLeft' }), 'bracketleft')).toBe(true)
})

test('a modifier that was not asked for is another shortcut', () => {
  expect(matchesShortcut(press('d', { shiftKey: true }), 'd')).toBe(false)
  expect(matchesShortcut(press('z', { ctrlKey: true, shiftKey: true }), 'mod+z')).toBe(false)
  expect(matchesShortcut(press('v', { ctrlKey: true }), 'v')).toBe(false)
})

test('Ctrl and Cmd are one', () => {
  expect(matchesShortcut(press('z', { metaKey: true }), 'mod+z')).toBe(true)
  expect(matchesShortcut(press('z', { ctrlKey: true }), 'mod+z')).toBe(true)
})

test('Shift+1 is told by the digit row', () => {
  expect(matchesShortcut(press('!', { code: 'Digit1', shiftKey: true }), 'shift+1')).toBe(true)
  expect(matchesShortcut(press('!', { code: 'Digit1', shiftKey: true }), '1')).toBe(false)
})

test('a question mark is itself, with Shift or without', () => {
  expect(matchesShortcut(press('?', { code: 'Slash', shiftKey: true }), '?')).toBe(true)
  expect(matchesShortcut(press('?', { code: 'KeyM' }), '?')).toBe(true)
})

test('the plus sign is a key and not only a separator', () => {
  expect(matchesShortcut(press('+', { code: 'BracketRight' }), '+')).toBe(true)
  expect(shortcutText('+')).toBe('+')
})

test('a recorded press matches itself', () => {
  for (const recorded of [
    press('q'),
    press('Q', { shiftKey: true }),
    press('!', { code: 'Digit1', shiftKey: true }),
    press('[', { code: 'BracketLeft' }),
    press('Enter', { code: 'Enter', ctrlKey: true }),
    press('?', { code: 'Slash', shiftKey: true }),
  ]) {
    const shortcut = shortcutOfPress(recorded)
    expect(shortcut).not.toBeNull()
    expect(matchesShortcut(recorded, shortcut ?? '')).toBe(true)
  }
  expect(shortcutOfPress(press('Shift', { shiftKey: true }))).toBeNull()
})

test('a shortcut reads well for people and for assistive technology', () => {
  expect(shortcutText('mod+shift+z')).toBe('Ctrl Shift Z')
  expect(shortcutAria('mod+shift+z')).toBe('Control+Shift+Z')
  expect(shortcutText('bracketleft')).toBe('[')
})
