import { expect, test } from 'vitest'
import { issuesToCsv } from './issuesToCsv'

test('quotes commas, quotes and line breaks, and leaves plain cells alone', () => {
  const csv = issuesToCsv([
    { severity: 'error', path: 'a,b.png', message: 'says "no"', remedy: null },
    { severity: 'warning', path: 'annotations[3].bbox', message: 'two\nlines', remedy: 'fix it' },
  ])
  expect(csv).toBe(
    'severity,path,message,remedy\r\n' +
      'error,"a,b.png","says ""no""",\r\n' +
      'warning,annotations[3].bbox,"two\nlines",fix it',
  )
})

test('a file name that looks like a formula is made harmless', () => {
  const csv = issuesToCsv([{ severity: 'error', path: '=1+1', message: 'm', remedy: null }])
  expect(csv.split('\r\n')[1]).toBe("error,'=1+1,m,")
})
