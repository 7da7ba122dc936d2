import { expect, test } from 'vitest'
import type { LabelPreview } from '../../app/app'
import { labelFileText } from './labelFileText'

function preview(overrides: Partial<LabelPreview>): LabelPreview {
  return {
    fileName: 'labels.json',
    clean: 0,
    defective: 0,
    perClass: [],
    unchanged: 0,
    replaced: 0,
    unmatchedInProject: 0,
    issues: [],
    apply: () => 0,
    ...overrides,
  }
}

test('says what would change, class by class', () => {
  const perClass = [
    { name: 'Scratch', images: 20, isNew: false },
    { name: 'Pit', images: 11, isNew: true },
  ]
  expect(labelFileText(preview({ clean: 1, defective: 30, perClass, unchanged: 3, replaced: 2 }))).toBe(
    '1 image clean, 30 images defective (Scratch 20 · Pit 11, new), 3 labelled so already, 2 replace another verdict.',
  )
})

test('says why nothing would', () => {
  expect(labelFileText(preview({ unchanged: 1 }))).toBe('1 image labelled so already: nothing to apply.')
  expect(labelFileText(preview({}))).toBe('No entry of the file belongs to an image of the project.')
})
