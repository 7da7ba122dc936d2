import { expect, test } from 'vitest'
import { commandForPress, conflictsOf, withPreferences, type PressSituation } from './activeCommands'
import type { Command } from './command'
import { DEFAULT_KEYS, keysFromText } from './keyPreferences'

const command = (id: string, shortcuts: readonly string[], more: Partial<Command> = {}): Command => ({
  id,
  label: id,
  group: 'Test',
  shortcuts,
  isEnabled: () => true,
  run: () => undefined,
  ...more,
})

const situation = (key: string, more: Partial<PressSituation> = {}): PressSituation => ({
  press: {
    key,
    code: `Key${key.toUpperCase()}`,
    ctrlKey: false,
    metaKey: false,
    shiftKey: false,
    altKey: false,
    repeat: false,
    isComposing: false,
  },
  inTextField: false,
  preferences: DEFAULT_KEYS,
  ...more,
})

test('of two commands on one key the first enabled one runs', () => {
  const list = [
    command('nudge', ['d'], { isEnabled: () => false }),
    command('next', ['d']),
    command('late', ['d']),
  ]
  expect(commandForPress(list, situation('d'))?.id).toBe('next')
})

test('text fields keep their keys, except for commands that ask for them', () => {
  const list = [command('box', ['r']), command('save', ['s'], { inTextFields: true })]
  expect(commandForPress(list, situation('r', { inTextField: true }))).toBeNull()
  expect(commandForPress(list, situation('s', { inTextField: true }))?.id).toBe('save')
})

test('a held key repeats moves but not toggles, and composing text triggers nothing', () => {
  const held = { ...situation('h').press, repeat: true }
  expect(commandForPress([command('hide', ['h'])], { ...situation('h'), press: held })).toBeNull()
  expect(
    commandForPress([command('step', ['h'], { repeats: true })], { ...situation('h'), press: held })?.id,
  ).toBe('step')
  const composing = { ...situation('h').press, isComposing: true }
  expect(commandForPress([command('hide', ['h'])], { ...situation('h'), press: composing })).toBeNull()
})

test('single keys can be turned off; combinations with Ctrl stay', () => {
  const preferences = { ...DEFAULT_KEYS, singleKeys: false }
  const list = [command('box', ['r']), command('undo', ['mod+r'])]
  expect(commandForPress(list, situation('r', { preferences }))).toBeNull()
  const press = { ...situation('r').press, ctrlKey: true }
  expect(commandForPress(list, { ...situation('r', { preferences }), press })?.id).toBe('undo')
})

test('a changed shortcut replaces the default, and conflicts are found', () => {
  const list = withPreferences([command('box', ['r']), command('pan', ['m'])], {
    singleKeys: true,
    changed: { box: ['m'] },
  })
  expect(commandForPress(list, situation('r'))).toBeNull()
  expect(conflictsOf(list, 'box', 'm').map((other) => other.id)).toEqual(['pan'])
})

test('damaged preferences give the defaults', () => {
  expect(keysFromText('{')).toEqual(DEFAULT_KEYS)
  expect(keysFromText('{"changed":{"a":3,"b":["x"]},"singleKeys":false}')).toEqual({
    singleKeys: false,
    changed: { b: ['x'] },
  })
})
