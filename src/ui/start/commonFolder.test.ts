import { expect, test } from 'vitest'
import { commonFolder } from './commonFolder'

test('the folder that all files share names the project', () => {
  expect(commonFolder(['line3/a.png', 'line3/deep/b.png'])).toBe('line3')
})

test('files without a common folder give no name', () => {
  expect(commonFolder(['line3/a.png', 'line30/b.png'])).toBeNull()
  expect(commonFolder(['a.png'])).toBeNull()
  expect(commonFolder([])).toBeNull()
})
