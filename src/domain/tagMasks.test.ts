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
import { exportScope } from './exportScope'
import { isShownTagMask } from './live'
import { idOf, type AnyRecord, type ImageLabel, type ImageRecord, type PseudoMask } from './records'
import { reviewQueue } from './reviewQueue'

const tagRunId = idOf('tagRun', '1')
const settings = fakeSettings({ activeTagRunId: tagRunId })
const CRACK = { ...SCRATCH, id: idOf('class', 'crack'), name: 'Crack' }
const image = fakeImage('a')

function camMask(
  name: string,
  on: ImageRecord = image,
  cam: Partial<Extract<PseudoMask['provenance'], { kind: 'cam' }>> = {},
  areaPx = 100,
): PseudoMask {
  return fakeMask(name, on, null, {
    areaPx,
    quality: { predictedIou: null, stability: null, tightness: null },
    provenance: {
      kind: 'cam',
      tagRunId,
      round: 1,
      threshold: 0.4,
      meanActivation: 0.7,
      isLowConfidence: false,
      ...cam,
    },
  })
}

function label(
  on: ImageRecord,
  classId: ImageLabel['classId'],
  presence: ImageLabel['presence'] = 'present',
): ImageLabel {
  return {
    id: idOf('imageLabel', `${on.id}-${classId}`),
    type: 'imageLabel',
    imageId: on.id,
    classId,
    presence,
    source: 'human',
  }
}

const shown = (mask: PseudoMask, ...others: readonly AnyRecord[]): boolean =>
  isShownTagMask(fakeRecords([SCRATCH, CRACK, settings, image, mask, ...others]), mask)

test('a mask from a label is shown while nobody has decided about it', () => {
  const mask = camMask('m')
  expect(shown(mask, label(image, SCRATCH.id))).toBe(true)
  expect(shown(mask, fakeDecision(mask, 'rejected'))).toBe(false)
})

test('masks of another tag run wait out of sight', () => {
  expect(shown(camMask('m', image, { tagRunId: idOf('tagRun', 'old') }))).toBe(false)
})

test('a box of its class hides it, a box of another class does not', () => {
  const mask = camMask('m')
  expect(shown(mask, fakeBox('1', image))).toBe(false)
  expect(shown(mask, fakeBox('1', image, { classId: CRACK.id }))).toBe(true)
})

test('labels win: an image that was sorted anew hides masks of the class it had', () => {
  const mask = camMask('m')
  expect(shown(mask, label(image, CRACK.id))).toBe(false)
  expect(shown(mask, label(image, CRACK.id), label(image, SCRATCH.id))).toBe(true)
  expect(shown(mask, label(image, SCRATCH.id, 'absent'))).toBe(false)
})

test('a skipped image shows none', () => {
  const skipped = fakeImage('s', { status: 'skipped' })
  const mask = camMask('m', skipped)
  expect(isShownTagMask(fakeRecords([SCRATCH, settings, skipped, mask]), mask)).toBe(false)
})

test('a mask that is not from a label is never called one', () => {
  expect(shown(fakeMask('m', image, null))).toBe(false)
})

test('in the queue the doubtful ones come first, and a weak map counts in full', () => {
  // sure: 100 * (1 - .9) = 10; doubtful: 100 * (1 - .5) = 50; weak: 100 * 1 = 100, though its activation is high.
  const masks = [
    camMask('sure', image, { meanActivation: 0.9 }),
    camMask('doubtful', image, { meanActivation: 0.5 }),
    camMask('weak', image, { meanActivation: 0.95, isLowConfidence: true }),
  ]
  const queue = reviewQueue(fakeRecords([SCRATCH, settings, image, ...masks]))
  expect(queue.map((item) => item.key)).toEqual(['mask:weak', 'mask:doubtful', 'mask:sure'])
  expect(queue.map((item) => item.reason)).toEqual(['fromTags', 'fromTags', 'fromTags'])
  expect(queue[2]).toMatchObject({ against: null, confidence: 0.9 })
  expect(queue[2]!.benefit).toBeCloseTo(10)
})

test('on a confirmed-clean image it asks, the surest alarm first', () => {
  const clean = fakeImage('clean', { status: 'confirmedClean' })
  // 100 * .9 = 90 before 100 * .5 = 50
  const masks = [
    camMask('faint', clean, { meanActivation: 0.5 }),
    camMask('sure', clean, { meanActivation: 0.9 }),
  ]
  const queue = reviewQueue(fakeRecords([SCRATCH, settings, clean, ...masks]))
  expect(queue).toMatchObject([
    { key: 'mask:sure', reason: 'firesOnClean' },
    { key: 'mask:faint', reason: 'firesOnClean' },
  ])
})

test('hidden masks are in no queue', () => {
  const mask = camMask('m')
  expect(reviewQueue(fakeRecords([SCRATCH, settings, image, mask, fakeBox('1', image)]))).toEqual([])
  expect(reviewQueue(fakeRecords([SCRATCH, fakeSettings(), image, mask]))).toEqual([])
})

test('an export counts an undecided one as unreviewed, and takes it when asked', () => {
  const mask = camMask('m')
  const records = fakeRecords([SCRATCH, settings, image, mask])
  const careful = exportScope(records, { includeUnreviewed: false, includeUnseen: false })
  expect(careful.masks).toEqual([])
  expect(careful.leftOut.unreviewed).toEqual([mask])
  expect(exportScope(records, { includeUnreviewed: true, includeUnseen: false }).masks).toEqual([mask])
})

test('questions about clean images and hidden masks are in no count of an export and never go out', () => {
  const clean = fakeImage('clean', { status: 'confirmedClean' })
  const skipped = fakeImage('skipped', { status: 'skipped' })
  const scope = exportScope(
    fakeRecords([
      SCRATCH,
      settings,
      image,
      clean,
      skipped,
      camMask('question', clean),
      camMask('skipped', skipped),
      camMask('boxed'),
      fakeBox('1', image),
      camMask('former', image, { tagRunId: idOf('tagRun', 'old') }),
    ]),
    { includeUnreviewed: true, includeUnseen: true },
  )
  expect(scope.masks).toEqual([])
  expect(scope.leftOut.unreviewed).toEqual([])
  expect(scope.leftOut.drafts).toEqual([])
})

test('an accepted one goes out whatever run is active, a rejected one is listed as rejected', () => {
  const good = camMask('good', image, { tagRunId: idOf('tagRun', 'old') })
  const bad = camMask('bad')
  const scope = exportScope(
    fakeRecords([
      SCRATCH,
      settings,
      image,
      good,
      bad,
      fakeDecision(good, 'accepted'),
      fakeDecision(bad, 'rejected'),
    ]),
    { includeUnreviewed: false, includeUnseen: false },
  )
  expect(scope.masks).toEqual([good])
  expect(scope.leftOut.rejected).toEqual([bad])
})
