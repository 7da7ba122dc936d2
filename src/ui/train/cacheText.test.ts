import { expect, test } from 'vitest'
import { cacheText, limitChoices } from './cacheText'

test('the cache is told as used of allowed, and a limit of its own is among the choices', () => {
  expect(cacheText({ bytes: 312_400_000, limitBytes: 2e9 })).toBe('312 MB of 2.0 GB')
  expect(limitChoices(2e9)).toContain(2e9)
  expect(limitChoices(256e6)[0]).toBe(256e6)
})
