import { expect, test } from 'vitest'
import type { ImportIssue } from '../../core/issues'
import { addedText } from './addedText'

const error: ImportIssue = { severity: 'error', path: 'a.heic', message: 'no image', remedy: null }
const warning: ImportIssue = { ...error, severity: 'warning' }

test('says what was done, what was there and what was left out', () => {
  expect(addedText({ added: 1, alreadyThere: 2, issues: [error, warning] })).toBe(
    '1 image added, 2 already there, 1 left out.',
  )
})

test('a folder of which nothing could be added is named as such', () => {
  expect(addedText({ added: 0, alreadyThere: 0, issues: [error, error] })).toBe('All 2 files were left out.')
})
