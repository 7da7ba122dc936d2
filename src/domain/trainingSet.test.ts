import { expect, test } from 'vitest'
import {
  fakeBox,
  fakeDecision,
  fakeImage,
  fakeMask,
  fakeRecords,
  fakeSettings,
  SCRATCH,
} from './__fakes__/fakeRecords'
import { idOf, type PseudoMask } from './records'
import { trainingSet } from './trainingSet'

const image = fakeImage('a')
const box = fakeBox('1', image)

test('an unreviewed pseudo-mask trains as its class', () => {
  const mask = fakeMask('1', image, box)
  const { train } = trainingSet(fakeRecords([SCRATCH, image, box, mask]))
  expect(train).toHaveLength(1)
  expect(train[0]).toMatchObject({ masks: [{ pixels: mask.pixels }], ignoreBoxesPx: [], isReviewed: false })
})

test('an image with nothing is left out, a confirmed clean one is all background', () => {
  const nothing = fakeImage('nothing')
  const clean = fakeImage('clean', { status: 'confirmedClean' })
  const { train } = trainingSet(fakeRecords([SCRATCH, nothing, clean]))
  expect(train.map((target) => target.imageId)).toEqual([clean.id])
  expect(train[0]).toMatchObject({ masks: [], isConfirmedClean: true, isReviewed: true })
})

test('a mask rejected as "not a defect" is background, barred from self-correction', () => {
  const mask = fakeMask('1', image, box)
  const rejection = fakeDecision(mask, 'rejected', { reason: 'notADefect' })
  const { train } = trainingSet(fakeRecords([SCRATCH, image, box, mask, rejection]))
  expect(train[0]).toMatchObject({ masks: [], barredMasks: [mask.pixels], ignoreBoxesPx: [] })
})

test('a mask rejected for another reason makes the inside of its box ignore', () => {
  const accepted = fakeMask('2', image, null, { pixels: 'other' as typeof image.pixels })
  const mask = fakeMask('1', image, box)
  const records = [
    SCRATCH,
    image,
    box,
    mask,
    accepted,
    fakeDecision(accepted, 'accepted'),
    fakeDecision(mask, 'rejected', { reason: 'tooBig' }),
  ]
  expect(trainingSet(fakeRecords(records)).train[0]).toMatchObject({
    ignoreBoxesPx: [box.boxPx],
    masks: [{ pixels: 'other' }],
  })
})

test('an unresolved box and a box without a mask are ignore', () => {
  const second = fakeBox('2', image, { boxPx: { x: 50, y: 50, width: 9, height: 9 } })
  const third = fakeBox('3', image, { boxPx: { x: 70, y: 50, width: 9, height: 9 } })
  const masks = [fakeMask('1', image, box), fakeMask('2', image, second, { isUnresolved: true, areaPx: 0 })]
  const { train, summary } = trainingSet(fakeRecords([SCRATCH, image, box, second, third, ...masks]))
  expect(train[0]!.ignoreBoxesPx).toEqual([second.boxPx, third.boxPx])
  expect(summary).toMatchObject({ unresolvedBoxes: 1, boxesWithoutMask: 1, unreviewedMasks: 1 })
})

test('an unsure mask and an ignore region are ignore', () => {
  const unsure = fakeMask('u', image, null, { pixels: 'unsure' as typeof image.pixels })
  const region = fakeMask('r', image, null, {
    role: 'ignore',
    classId: null,
    pixels: 'region' as typeof image.pixels,
  })
  const records = [
    SCRATCH,
    image,
    box,
    fakeMask('1', image, box),
    unsure,
    region,
    fakeDecision(unsure, 'unsure'),
  ]
  expect([...trainingSet(fakeRecords(records)).train[0]!.ignoreMasks].sort()).toEqual(['region', 'unsure'])
})

test('the test split never trains, the validation split only with reviewed images', () => {
  const test = fakeImage('test', { split: 'test', status: 'confirmedClean' })
  const reviewed = fakeImage('reviewed', { split: 'val', status: 'confirmedClean' })
  const unreviewed = fakeImage('unreviewed', { split: 'val' })
  const valBox = fakeBox('v', unreviewed)
  const { train, validation } = trainingSet(
    fakeRecords([SCRATCH, test, reviewed, unreviewed, valBox, fakeMask('v', unreviewed, valBox)]),
  )
  expect(train).toEqual([])
  expect(validation.map((target) => target.imageId)).toEqual([reviewed.id])
})

test.each([
  ['no image', [], 'Add images first.'],
  ['no class', [image], 'Add a defect class first.'],
  ['no box at all', [SCRATCH, image], '2 more boxed images needed outside the test split.'],
  [
    'boxes without masks',
    [SCRATCH, image, box],
    'The boxes have no masks yet: propose them on the Annotate screen.',
  ],
  [
    'one boxed image',
    [SCRATCH, image, box, fakeMask('1', image, box)],
    '1 more boxed image needed outside the test split.',
  ],
])('%s: the blocker names the next step', (_, records, sentence) => {
  expect(trainingSet(fakeRecords(records)).summary.blocker).toBe(sentence)
})

test('training without a validation image is allowed and says what it costs', () => {
  const second = fakeImage('b')
  const secondBox = fakeBox('2', second)
  const records = [
    SCRATCH,
    image,
    second,
    box,
    secondBox,
    fakeMask('1', image, box),
    fakeMask('2', second, secondBox),
  ]
  const { summary } = trainingSet(fakeRecords(records))
  expect(summary.blocker).toBeNull()
  expect(summary.warnings.join(' ')).toContain('0 reviewed validation images (10 needed)')
})

const TAG_RUN = idOf('tagRun', 'labels')
const camMask = (overrides: Partial<PseudoMask> = {}, isLowConfidence = false): PseudoMask =>
  fakeMask('cam', image, null, {
    provenance: {
      kind: 'cam',
      tagRunId: TAG_RUN,
      round: 1,
      threshold: 0.3,
      meanActivation: 0.6,
      isLowConfidence,
    },
    ...overrides,
  })
const shownRun = fakeSettings({ activeTagRunId: TAG_RUN })

test('a mask from an image label trains as its class; a weak one with a rim that teaches nothing', () => {
  const sure = trainingSet(fakeRecords([SCRATCH, shownRun, image, camMask()])).train[0]
  expect(sure).toMatchObject({ masks: [{ pixels: camMask().pixels }], rimmedMasks: [], isReviewed: false })
  const weak = trainingSet(fakeRecords([SCRATCH, shownRun, image, camMask({}, true)])).train[0]
  expect(weak).toMatchObject({ masks: [{}], rimmedMasks: [camMask().pixels] })
})

test('masks of a former tag run, and the question about a clean image, teach nothing', () => {
  const other = fakeSettings({ activeTagRunId: idOf('tagRun', 'other') })
  expect(trainingSet(fakeRecords([SCRATCH, other, image, camMask()])).train).toEqual([])
  const clean = fakeImage('a', { status: 'confirmedClean' })
  const { train } = trainingSet(fakeRecords([SCRATCH, shownRun, clean, camMask()]))
  expect(train[0]).toMatchObject({ masks: [], isConfirmedClean: true })
})

test('boxes win: a mask from a label steps back once its class is boxed', () => {
  const { train } = trainingSet(fakeRecords([SCRATCH, shownRun, image, camMask(), box]))
  expect(train).toEqual([])
})
