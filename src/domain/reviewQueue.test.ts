import { describe, expect, test } from 'vitest'
import type { RecordsView } from './live'
import { idOf, type AnyRecord, type PseudoMask, type RecordOf, type RecordType } from './records'
import { reviewQueue } from './reviewQueue'

function viewOf(all: readonly AnyRecord[]): RecordsView {
  const ofType = <T extends RecordType>(type: T): RecordOf<T>[] =>
    all.filter((record): record is RecordOf<T> => record.type === type)
  return {
    get: (id) => all.find((record) => record.id === id),
    ofType,
    ofImage: (type, imageId) =>
      ofType(type).filter((record) => (record as { imageId: string }).imageId === imageId),
    decisionsOf: (maskId) => ofType('decision').filter((decision) => decision.maskId === maskId),
    masksOf: (annotationId) => ofType('mask').filter((mask) => mask.annotationId === annotationId),
  }
}

const image: AnyRecord = {
  id: idOf('image', 'i'),
  type: 'image',
  width: 100,
  height: 100,
  fileName: 'i.png',
  pixels: '' as PseudoMask['pixels'],
  byteLength: 0,
  mimeType: 'image/png',
  status: 'inProgress',
  split: null,
  addedAt: '2026-01-01T00:00:00Z',
  foreign: null,
}
const scratch: AnyRecord = {
  id: idOf('class', 'c'),
  type: 'class',
  name: 'Scratch',
  color: '#ff0000',
  foreign: null,
}

/** An imported mask without a score: its benefit is half its area. */
function mask(name: string, areaPx: number): PseudoMask {
  return {
    id: idOf('mask', name),
    type: 'mask',
    role: 'defect',
    imageId: idOf('image', 'i'),
    classId: idOf('class', 'c'),
    annotationId: null,
    pixels: '' as PseudoMask['pixels'],
    areaPx,
    boundsPx: { x: 0, y: 0, width: 10, height: 10 },
    isUnresolved: false,
    quality: { predictedIou: null, stability: null, tightness: null },
    provenance: { kind: 'imported', formatId: 'coco', externalId: name, score: null },
    createdAt: '2026-01-01T00:00:00Z',
    foreign: null,
  }
}

function accepted(name: string): AnyRecord {
  return {
    id: idOf('decision', name),
    type: 'decision',
    maskId: idOf('mask', name),
    verdict: 'accepted',
    reason: null,
    note: null,
    replacementId: null,
    decidedAt: '2026-01-01T00:00:00Z',
  }
}

describe('reviewQueue', () => {
  test('the larger benefit comes first, ties by id', () => {
    const queue = reviewQueue(viewOf([image, scratch, mask('b', 10), mask('a', 10), mask('c', 30)]))
    expect(queue.map((item) => item.key)).toEqual(['mask:c', 'mask:a', 'mask:b'])
  })

  test('a judged mask is no longer in it', () => {
    const queue = reviewQueue(viewOf([image, scratch, mask('a', 10), mask('b', 10), accepted('a')]))
    expect(queue.map((item) => item.key)).toEqual(['mask:b'])
  })

  test('someone who always judges the first item meets a random one at every eighth', () => {
    const names = Array.from({ length: 24 }, (_, i) => `m${i}`)
    const records: AnyRecord[] = [image, scratch, ...names.map((name, i) => mask(name, 1000 - i))]
    const isAudit: boolean[] = []
    for (let round = 0; round < 24; round++) {
      const first = reviewQueue(viewOf(records))[0]!
      isAudit.push(first.isAudit)
      records.push(accepted(first.key.slice('mask:'.length)))
    }
    expect(isAudit.flatMap((flag, i) => (flag ? [i] : []))).toEqual([7, 15, 23])
  })

  test('no item is lost or doubled by the random ones', () => {
    const names = Array.from({ length: 40 }, (_, i) => `m${i}`)
    const queue = reviewQueue(viewOf([image, scratch, ...names.map((name, i) => mask(name, i + 1))]))
    expect(new Set(queue.map((item) => item.key)).size).toBe(40)
    expect(queue.filter((item) => item.isAudit)).toHaveLength(5)
  })
})
