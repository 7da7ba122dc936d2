import { expect, test } from 'vitest'
import { appCommands } from './appCommands'
import type { CommandContext } from './commandContext'

// The list itself is under test: nothing is asked of the context before a command runs.
const commands = appCommands({ app: {}, screen: {} } as unknown as CommandContext)

test('every command has an id and a name of its own', () => {
  const ids = commands.map((command) => command.id)
  const labels = commands.map((command) => command.label)
  expect(new Set(ids).size).toBe(ids.length)
  expect(new Set(labels).size).toBe(labels.length)
})

test('only these keys are shared, and what is at hand comes first', () => {
  const users = new Map<string, string[]>()
  for (const command of commands) {
    for (const shortcut of command.shortcuts)
      users.set(shortcut, [...(users.get(shortcut) ?? []), command.id])
  }
  const shared = [...users].filter(([, ids]) => ids.length > 1)
  expect(shared).toEqual([
    ['bracketleft', ['smart.previous', 'brush.smaller']],
    ['bracketright', ['smart.next', 'brush.larger']],
    ['backspace', ['smart.takeBack', 'object.delete']],
    ['enter', ['draw.finish', 'object.accept']],
    ['arrowleft', ['object.nudge.left', 'image.previous']],
    ['arrowright', ['object.nudge.right', 'image.next']],
  ])
})

test('keys that browsers own or people rely on stay free', () => {
  const kept = ['tab', ...'tnwrldjupf+-0123456789'.split('')].map((key) => `mod+${key}`)
  const used = commands.flatMap((command) => command.shortcuts)
  expect(used.filter((shortcut) => kept.includes(shortcut))).toEqual([])
})
