import { expect, test } from 'vitest'
import { fakeImage, fakeMask } from '../../domain/__fakes__/fakeRecords'
import type { Provenance } from '../../domain/records'
import { provenanceText } from './provenanceText'

const plain = fakeMask('a', fakeImage('a'), null).provenance as Extract<Provenance, { kind: 'generated' }>

test('a generated mask tells its clicks, the candidate that was chosen, and whose style it follows', () => {
  expect(provenanceText(plain)).toBe('Generator "otsu" in a box')
  const clicks = [{ pointPx: { x: 1, y: 1 }, isPositive: true }]
  expect(provenanceText({ ...plain, clicks, candidate: 'Larger part' })).toBe(
    'Generator "otsu" in a box with 1 click, candidate “Larger part”',
  )
  const style = { reading: null, threshold: 0.4, dilationPx: 0, fromMasks: 5 }
  expect(provenanceText({ ...plain, style })).toBe('Generator "otsu" in a box, drawn like your 5 masks')
})
