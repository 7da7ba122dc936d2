import { expect, test } from 'vitest'
import { auditText } from './auditText'

test('the limit is rounded up: never more than was proved', () => {
  expect(auditText({ checked: 59, wrong: 0, atMostWrong: 0.0495 })).toBe(
    '59 random masks checked, 0 wrong: at most 5 % wrong with 95 % confidence.',
  )
  expect(auditText({ checked: 58, wrong: 0, atMostWrong: 0.0503 })).toContain('at most 6 %')
})

test('nothing checked, nothing said', () => {
  expect(auditText({ checked: 0, wrong: 0, atMostWrong: null })).toBeNull()
})
