import { expect, test } from 'vitest'
import { fakeImage, fakeMask } from '../../domain/__fakes__/fakeRecords'
import { qualityWords } from './qualityWords'

const image = fakeImage('a')

test('each measured number has a meaning, and what was not measured is not said', () => {
  const mask = fakeMask('a', image, null, {
    quality: { predictedIou: 0.62, stability: 0.91, tightness: null },
  })
  expect(qualityWords(mask)).toEqual([
    { label: 'Expected overlap', value: '62 %', meaning: 'fair' },
    { label: 'Border', value: '91 %', meaning: 'firm' },
  ])
})

test('a mask without pixels has no quality', () => {
  expect(qualityWords(fakeMask('a', image, null, { isUnresolved: true }))).toEqual([])
})
