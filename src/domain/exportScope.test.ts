import { describe, expect, test } from 'vitest'
import { exportScope } from './exportScope'
import type { RecordsView } from './live'
import {
  idOf,
  type AnyRecord,
  type BoxAnnotation,
  type ImageRecord,
  type ImageStatus,
  type Provenance,
  type PseudoMask,
  type RecordOf,
  type RecordType,
  type ReviewDecision,
  type Verdict,
} from './records'

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
    clicksOf: () => [],
  }
}

const scratch = idOf('class', 'scratch')
const bounds = { x: 0, y: 0, width: 2, height: 2 }

function image(name: string, status: ImageStatus): ImageRecord {
  return {
    id: idOf('image', name),
    type: 'image',
    width: 8,
    height: 8,
    fileName: `${name}.png`,
    pixels: '' as ImageRecord['pixels'],
    byteLength: 0,
    mimeType: 'image/png',
    status,
    split: null,
    addedAt: '2026-01-01T00:00:00Z',
    foreign: null,
  }
}

function box(name: string, on: string): BoxAnnotation {
  return {
    id: idOf('annotation', name),
    type: 'annotation',
    kind: 'box',
    imageId: idOf('image', on),
    classId: scratch,
    boxPx: bounds,
    source: 'human',
    createdAt: '2026-01-01T00:00:00Z',
    foreign: null,
  }
}

function mask(name: string, on: string, overrides: Partial<PseudoMask>): PseudoMask {
  return {
    id: idOf('mask', name),
    type: 'mask',
    role: 'defect',
    imageId: idOf('image', on),
    classId: scratch,
    annotationId: null,
    pixels: '' as PseudoMask['pixels'],
    areaPx: 4,
    boundsPx: bounds,
    isUnresolved: false,
    quality: { predictedIou: null, stability: null, tightness: null },
    provenance: { kind: 'drawn', tool: 'brush' },
    createdAt: '2026-01-01T00:00:00Z',
    foreign: null,
    ...overrides,
  }
}

function decision(on: string, verdict: Verdict): ReviewDecision {
  return {
    id: idOf('decision', on),
    type: 'decision',
    maskId: idOf('mask', on),
    verdict,
    reason: null,
    note: null,
    replacementId: null,
    isAudit: false,
    decidedAt: '2026-01-01T00:00:00Z',
  }
}

const draft: Provenance = {
  kind: 'student',
  runId: idOf('run', 'r'),
  threshold: 0.5,
  meanProbability: 0.9,
  againstId: null,
  disagreementPx: 4,
}
const classRecord: AnyRecord = {
  id: scratch,
  type: 'class',
  name: 'Scratch',
  color: '#ff0000',
  foreign: null,
}
const accepted = { includeUnreviewed: false, includeUnseen: false }

describe('exportScope', () => {
  test('takes finished images and counts unseen and skipped ones as left out', () => {
    const records = viewOf([
      image('a', 'doneDefects'),
      image('b', 'confirmedClean'),
      image('c', 'unseen'),
      image('d', 'skipped'),
      image('e', 'inProgress'),
    ])
    const scope = exportScope(records, accepted)
    expect(scope.images.map((each) => each.fileName)).toEqual(['a.png', 'b.png', 'e.png'])
    expect(scope.clean.map((each) => each.fileName)).toEqual(['b.png'])
    expect(scope.leftOut.unseen.map((each) => each.fileName)).toEqual(['c.png'])
    expect(scope.leftOut.skipped.map((each) => each.fileName)).toEqual(['d.png'])
    expect(exportScope(records, { ...accepted, includeUnseen: true }).images).toHaveLength(5)
  })

  test('a box whose proposal nobody judged goes out alone, or with the mask when asked', () => {
    const records = viewOf([
      classRecord,
      image('a', 'inProgress'),
      box('1', 'a'),
      mask('m1', 'a', { annotationId: idOf('annotation', '1') }),
    ])
    const strict = exportScope(records, accepted)
    expect([strict.masks.length, strict.boxOnly.length, strict.leftOut.unreviewed.length]).toEqual([0, 1, 1])
    const loose = exportScope(records, { ...accepted, includeUnreviewed: true })
    expect([loose.masks.length, loose.boxOnly.length, loose.leftOut.unreviewed.length]).toEqual([1, 0, 0])
  })

  test('a box without anything found goes out alone even when unreviewed masks are wanted', () => {
    const records = viewOf([
      classRecord,
      image('a', 'inProgress'),
      box('1', 'a'),
      mask('m1', 'a', { annotationId: idOf('annotation', '1'), isUnresolved: true }),
    ])
    const scope = exportScope(records, { ...accepted, includeUnreviewed: true })
    expect([scope.masks.length, scope.boxOnly.length]).toEqual([0, 1])
  })

  test('student drafts never go out unjudged; accepted ones do; rejected and unsure ones are listed', () => {
    const records = viewOf([
      classRecord,
      image('a', 'inProgress'),
      mask('waiting', 'a', { provenance: draft }),
      mask('taken', 'a', { provenance: draft }),
      decision('taken', 'accepted'),
      mask('refused', 'a', { provenance: draft }),
      decision('refused', 'rejected'),
      mask('open', 'a', { provenance: draft }),
      decision('open', 'unsure'),
    ])
    const scope = exportScope(records, { ...accepted, includeUnreviewed: true })
    expect(scope.masks.map((each) => each.id)).toEqual(['mask:taken'])
    expect(scope.leftOut.drafts.map((each) => each.id)).toEqual(['mask:waiting'])
    expect(scope.leftOut.rejected.map((each) => each.id)).toEqual(['mask:refused'])
    expect(scope.leftOut.unsure.map((each) => each.id)).toEqual(['mask:open'])
  })

  test('ignore regions are neither masks nor left out', () => {
    const records = viewOf([image('a', 'inProgress'), mask('i', 'a', { role: 'ignore', classId: null })])
    const scope = exportScope(records, accepted)
    expect([scope.masks.length, scope.ignoreRegions.length]).toEqual([0, 1])
  })
})
