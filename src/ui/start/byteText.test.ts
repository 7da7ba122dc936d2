import { expect, test } from 'vitest'
import { byteText } from './byteText'

test('sizes keep two or three digits and never read 1000', () => {
  expect(byteText(999)).toBe('999 B')
  expect(byteText(1500)).toBe('1.5 kB')
  expect(byteText(12_345_678)).toBe('12 MB')
  expect(byteText(999_600)).toBe('1.0 MB')
  expect(byteText(9_960)).toBe('10 kB')
})
