import { expect, test } from 'vitest'
import type { RecordsView } from '../../domain/live'
import {
  idOf,
  type AnyRecord,
  type BoxAnnotation,
  type ClassDef,
  type ImageRecord,
  type PseudoMask,
  type ReviewDecision,
  type Verdict,
} from '../../domain/records'
import { imageObjects } from './imageObjects'

const image = { id: idOf('image', 'a'), type: 'image', width: 9, height: 9 } as unknown as ImageRecord
const scratch = { id: idOf('class', 's'), type: 'class', name: 'Scratch' } as unknown as ClassDef

const box = (name: string): BoxAnnotation =>
  ({
    id: idOf('annotation', name),
    type: 'annotation',
    imageId: image.id,
    classId: scratch.id,
    boxPx: { x: 1, y: 1, width: 4, height: 4 },
  }) as unknown as BoxAnnotation

const mask = (name: string, more: Partial<PseudoMask> = {}): PseudoMask =>
  ({
    id: idOf('mask', name),
    type: 'mask',
    role: 'defect',
    imageId: image.id,
    classId: scratch.id,
    annotationId: null,
    isUnresolved: false,
    provenance: { kind: 'generated', promptBoxPx: { x: 1, y: 1, width: 4, height: 4 }, clicks: [] },
    ...more,
  }) as unknown as PseudoMask

const decide = (on: PseudoMask, verdict: Verdict): ReviewDecision =>
  ({ id: idOf('decision', on.id), type: 'decision', maskId: on.id, verdict }) as unknown as ReviewDecision

function view(records: readonly AnyRecord[]): RecordsView {
  const all = [image, scratch, ...records]
  const ofType = (type: string) => all.filter((record) => record.type === type)
  return {
    get: (id) => all.find((record) => record.id === id),
    ofType: ofType as RecordsView['ofType'],
    ofImage: ofType as RecordsView['ofImage'],
    decisionsOf: (maskId) =>
      all.filter((record) => record.type === 'decision').filter((decision) => decision.maskId === maskId),
    masksOf: (annotationId) =>
      all.filter((record) => record.type === 'mask').filter((other) => other.annotationId === annotationId),
    clicksOf: () => [],
  }
}

const states = (records: readonly AnyRecord[]) =>
  imageObjects(view(records), image.id).map((object) => [object.id, object.state])

test('a box is boxOnly, proposed, unresolved or accepted by its current mask', () => {
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map(box) as [
    BoxAnnotation,
    BoxAnnotation,
    BoxAnnotation,
    BoxAnnotation,
  ]
  const accepted = mask('md', { annotationId: d.id })
  expect(
    states([
      a,
      b,
      mask('mb', { annotationId: b.id }),
      c,
      mask('mc', { annotationId: c.id, isUnresolved: true }),
      d,
      accepted,
      decide(accepted, 'accepted'),
    ]),
  ).toEqual([
    [a.id, 'boxOnly'],
    [b.id, 'proposed'],
    [c.id, 'unresolved'],
    [d.id, 'accepted'],
  ])
})

test('a rejected mask without a box is gone, an unjudged one is a draft', () => {
  const rejected = mask('no')
  const fresh = mask('new')
  expect(states([rejected, decide(rejected, 'rejected'), fresh])).toEqual([[fresh.id, 'draft']])
})

test('drafts of a run that is not the active one are not shown', () => {
  const settings = (activeRunId: string) =>
    ({ id: 'settings:project', type: 'settings', activeRunId }) as unknown as AnyRecord
  const draft = mask('d', {
    provenance: { kind: 'student', runId: idOf('run', '1') } as PseudoMask['provenance'],
  })
  expect(states([draft, settings('run:1')])).toEqual([[draft.id, 'draft']])
  expect(states([draft, settings('run:2')])).toEqual([])
})

test('an ignore region is listed without a class', () => {
  const region = mask('i', { role: 'ignore', classId: null })
  expect(states([region])).toEqual([[region.id, 'ignore']])
})

test('objects of a class that is gone are not shown', () => {
  const orphan = { ...box('x'), classId: idOf('class', 'gone') }
  expect(states([orphan])).toEqual([])
})
