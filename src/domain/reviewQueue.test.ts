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
import { reviewQueue } from './reviewQueue'

const image = fakeImage('a')
const box = fakeBox('1', image)
const runId = idOf('run', '1')

function draft(
  name: string,
  overrides: Partial<PseudoMask> = {},
  disagreementPx = 50,
  meanProbability = 0.9,
): PseudoMask {
  return fakeMask(name, image, null, {
    provenance: { kind: 'student', runId, threshold: 0.5, meanProbability, againstId: null, disagreementPx },
    ...overrides,
  })
}

const keys = (...records: Parameters<typeof fakeRecords>[0]): string[] =>
  reviewQueue(fakeRecords([SCRATCH, image, fakeSettings({ activeRunId: runId }), ...records])).map(
    (item) => item.key,
  )

test('a decided mask leaves the queue', () => {
  const mask = fakeMask('1', image, box)
  expect(keys(box, mask)).toEqual([mask.id])
  expect(keys(box, mask, fakeDecision(mask, 'accepted'))).toEqual([])
})

test('benefit is disagreeing pixels times confidence, most useful first', () => {
  // 50 * .9 = 45, 200 * .6 = 120, 100 * (1 - .8) = 20
  expect(keys(draft('small'), draft('large', {}, 200, 0.6), box, fakeMask('new', image, box))).toEqual([
    'mask:large',
    'mask:small',
    'mask:new',
  ])
})

test('a draft names the mask it would replace', () => {
  const current = fakeMask('current', image, box)
  const better = draft('better', { annotationId: box.id })
  const queue = reviewQueue(
    fakeRecords([
      SCRATCH,
      image,
      fakeSettings({ activeRunId: runId }),
      box,
      current,
      fakeDecision(current, 'accepted'),
      better,
    ]),
  )
  expect(queue).toMatchObject([{ key: better.id, reason: 'studentDiffers', against: { id: current.id } }])
})

test('what a student finds on a confirmed-clean image says so', () => {
  const clean = fakeImage('clean', { status: 'confirmedClean' })
  const found = { ...draft('found'), imageId: clean.id }
  const queue = reviewQueue(fakeRecords([SCRATCH, clean, fakeSettings({ activeRunId: runId }), found]))
  expect(queue).toMatchObject([{ reason: 'foundOnCleanImage' }])
})

test('drafts of a former run wait out of sight', () => {
  const former = draft('former', {
    provenance: {
      kind: 'student',
      runId: idOf('run', 'old'),
      threshold: 0.5,
      meanProbability: 0.9,
      againstId: null,
      disagreementPx: 9,
    },
  })
  expect(keys(former)).toEqual([])
})

test('of two proposals for one box only the later one is asked about', () => {
  expect(keys(box, fakeMask('first', image, box), fakeMask('second', image, box))).toEqual(['mask:second'])
})

test('masks of a deleted box or class are not asked about', () => {
  const mask = fakeMask('1', image, box)
  expect(keys(mask)).toEqual([])
})

test('ties are broken by id, so the order never flickers', () => {
  expect(keys(draft('b'), draft('a'), draft('c'))).toEqual(['mask:a', 'mask:b', 'mask:c'])
})

test('every eighth place goes to a random item, and nothing is lost', () => {
  const drafts = Array.from({ length: 40 }, (_, i) => draft(`d${i}`, {}, 1000 - i))
  const queue = reviewQueue(fakeRecords([SCRATCH, image, fakeSettings({ activeRunId: runId }), ...drafts]))
  expect(queue).toHaveLength(40)
  expect(new Set(queue.map((item) => item.key)).size).toBe(40)
  expect(queue.filter((item) => item.isAudit)).toHaveLength(5)
  expect(queue[7]!.isAudit).toBe(true)
})

test('who always judges the first item meets a random one at every eighth', () => {
  const drafts = Array.from({ length: 24 }, (_, i) => draft(`d${i}`, {}, 1000 - i))
  const decisions: ReturnType<typeof fakeDecision>[] = []
  const isAudit: boolean[] = []
  for (let round = 0; round < 24; round++) {
    const records = fakeRecords([
      SCRATCH,
      image,
      fakeSettings({ activeRunId: runId }),
      ...drafts,
      ...decisions,
    ])
    const first = reviewQueue(records)[0]!
    isAudit.push(first.isAudit)
    decisions.push(fakeDecision(first.mask, 'accepted'))
  }
  expect(isAudit.flatMap((flag, round) => (flag ? [round] : []))).toEqual([7, 15, 23])
})
