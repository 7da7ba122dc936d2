import { expect, test } from 'vitest'
import { styleText } from './styleText'

test.each([
  [{ isOn: true, masks: 5, fromMasks: 5 }, 'Pit: drawn like your 5 masks'],
  [{ isOn: true, masks: 1, fromMasks: null }, 'Pit: accept 2 more to be drawn like yours'],
  [{ isOn: true, masks: 4, fromMasks: null }, 'Pit: the generator draws like you'],
  [{ isOn: false, masks: 5, fromMasks: null }, 'Pit: drawn as the generator does'],
])('%o reads "%s"', (view, text) => {
  expect(styleText(view, 'Pit')).toBe(text)
})
