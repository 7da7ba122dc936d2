import { expect, test } from 'vitest'
import { fakeImage, fakeMask } from '../../domain/__fakes__/fakeRecords'
import { idOf, type Provenance } from '../../domain/records'
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

test('a mask from an image label tells its round', () => {
  const cam = {
    kind: 'cam',
    tagRunId: idOf('tagRun', '1'),
    threshold: 0.4,
    meanActivation: 0.7,
    isLowConfidence: false,
  } as const
  expect(provenanceText({ ...cam, round: 1 })).toBe('Image label, round 1: the classifier’s activation map')
  expect(provenanceText({ ...cam, round: 2 })).toBe('Image label, round 2: the student, held to the labels')
})
