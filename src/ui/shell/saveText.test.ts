import { expect, test } from 'vitest'
import { saveText } from './saveText'
import { timeOfDay } from './timeOfDay'

test('a failed save names the time since when work is unsaved', () => {
  const since = '2026-11-20T14:02:00.000Z'
  const text = saveText({ kind: 'notSaved', since, reason: 'disk full' })
  expect(text).toBe(`Not saved since ${timeOfDay(since)}`)
  expect(text).toMatch(/\d{1,2}.\d{2}/)
})

test('an unreadable time is shown as it came', () => {
  expect(timeOfDay('just now')).toBe('just now')
})
