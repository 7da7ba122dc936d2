import { expect, test } from 'vitest'
import { fakeBox, fakeDecision, fakeImage, fakeMask, fakeRecords, SCRATCH } from './__fakes__/fakeRecords'
import { idOf, type AnyRecord, type PseudoMask } from './records'
import { isNoticeable, isStylable, styleMasks } from './styleRules'

const image = fakeImage('a')
const day = (n: number): string => `2026-01-${String(n).padStart(2, '0')}T00:00:00.000Z`

/** A box with a mask that was accepted on a day. */
function accepted(name: string, on: number, overrides: Partial<PseudoMask> = {}): AnyRecord[] {
  const box = fakeBox(name, image)
  const mask = fakeMask(name, image, box, overrides)
  return [box, mask, fakeDecision(mask, 'accepted', { decidedAt: day(on) })]
}

const ids = (...records: readonly AnyRecord[][]): string[] =>
  styleMasks(fakeRecords([image, SCRATCH, ...records.flat()]), SCRATCH.id).map((mask) => mask.id)

test('the latest ten accepted masks teach, by the day they were accepted, oldest first', () => {
  const eleven = 'abcdefghijk'.split('').map((name, i) => accepted(name, 20 - i))
  expect(ids(...eleven)).toEqual('jihgfedcba'.split('').map((name) => `mask:${name}`))
})

test('a mask that was painted over its proposal teaches in its place', () => {
  const box = fakeBox('a', image)
  const first = fakeMask('first', image, box)
  const painted = fakeMask('painted', image, box, {
    provenance: { kind: 'edited', parentId: first.id, tool: 'brush' },
  })
  const decisions = [fakeDecision(first, 'replaced'), fakeDecision(painted, 'accepted')]
  expect(ids([box, first, painted, ...decisions])).toEqual(['mask:painted'])
})

test('other classes, proposals, empty masks and masks without a box teach nothing', () => {
  const box = fakeBox('other', image, { classId: idOf('class', 'pit') })
  const other = fakeMask('other', image, box)
  const free = fakeMask('free', image, null)
  const proposed = fakeBox('proposed', image)
  expect(
    ids(
      [box, other, fakeDecision(other, 'accepted'), free, fakeDecision(free, 'accepted')],
      [proposed, fakeMask('proposed', image, proposed)],
      accepted('empty', 1, { areaPx: 0 }),
    ),
  ).toEqual([])
})

test('only undecided, found, unchosen proposals of a generator follow a style', () => {
  const box = fakeBox('a', image)
  const mask = fakeMask('a', image, box)
  const records = fakeRecords([image, SCRATCH, box, mask])
  expect(isStylable(records, mask)).toBe(true)
  expect(isStylable(fakeRecords([image, box, mask, fakeDecision(mask, 'accepted')]), mask)).toBe(false)
  expect(isStylable(records, { ...mask, isUnresolved: true })).toBe(false)
  expect(isStylable(records, { ...mask, provenance: { kind: 'drawn', tool: 'brush' } })).toBe(false)
  if (mask.provenance.kind !== 'generated') throw new Error('a generated mask')
  const chosen = { ...mask, provenance: { ...mask.provenance, candidate: 'Larger' } }
  expect(isStylable(records, chosen)).toBe(false)
})

test('a hundredth of a threshold is nobody’s style', () => {
  const style = { reading: null, threshold: 0.5, dilationPx: 0, fromMasks: 3 }
  expect(isNoticeable(style, { ...style, threshold: 0.51, fromMasks: 5 })).toBe(false)
  expect(isNoticeable(style, { ...style, threshold: 0.55 })).toBe(true)
  expect(isNoticeable(style, { ...style, dilationPx: 1 })).toBe(true)
  expect(isNoticeable(style, { ...style, threshold: null })).toBe(true)
  expect(isNoticeable(style, { ...style, reading: 'network' })).toBe(true)
  expect(isNoticeable(style, null)).toBe(true)
  expect(isNoticeable(null, null)).toBe(false)
})
