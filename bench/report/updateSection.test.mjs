import { expect, test } from 'vitest'
import { updateSection } from './updateSection.mjs'

test('a new section goes to the end', () => {
  expect(updateSection('# Numbers\n', 'a', 'one')).toBe(
    '# Numbers\n\n<!-- begin a -->\none\n<!-- end a -->\n',
  )
})

test('a section is replaced in place, twice the same text changes nothing, and its neighbours stay', () => {
  const before = updateSection(updateSection('# Numbers', 'a', 'one'), 'b', 'two')
  const after = updateSection(before, 'a', 'new')
  expect(after).toBe(before.replace('one', 'new'))
  expect(updateSection(after, 'a', 'new')).toBe(after)
})

test('a name that begins like another one is another section', () => {
  const document = updateSection(updateSection('', 'loop', 'one'), 'loop mtd', 'two')
  expect(updateSection(document, 'loop', 'new')).toContain('two')
})

test('a section without its end is not guessed at', () => {
  expect(() => updateSection('<!-- begin a -->\ntext', 'a', 'new')).toThrow('begins but does not end')
})
