import { expect, test } from 'vitest'
import type { RecordsView } from '../../domain/live'
import { idOf, type AnyRecord, type RecordType } from '../../domain/records'
import { objectCounts } from './objectCounts'

const pit = idOf('class', 'pit')
const image = idOf('image', 'a')
const all = [
  { id: image, type: 'image' },
  { id: pit, type: 'class' },
  { id: idOf('annotation', 'b'), type: 'annotation', classId: pit, imageId: image },
  // The mask of that box is the same object.
  {
    id: idOf('mask', 'of-b'),
    type: 'mask',
    classId: pit,
    imageId: image,
    annotationId: idOf('annotation', 'b'),
  },
  { id: idOf('mask', 'painted'), type: 'mask', classId: pit, imageId: image, annotationId: null },
  { id: idOf('mask', 'old'), type: 'mask', classId: pit, imageId: image, annotationId: null },
  { id: idOf('decision', '1'), type: 'decision', maskId: idOf('mask', 'painted'), verdict: 'accepted' },
  { id: idOf('decision', '2'), type: 'decision', maskId: idOf('mask', 'old'), verdict: 'replaced' },
] as unknown as readonly AnyRecord[]

const records = {
  get: (id: string) => all.find((record) => record.id === id),
  ofType: (type: RecordType) => all.filter((record) => record.type === type),
  decisionsOf: (maskId: string) =>
    all.filter((record) => record.type === 'decision' && record.maskId === maskId),
} as unknown as RecordsView

test('a box and its mask are one object, a painted mask another, a replaced one none', () => {
  expect([...objectCounts(records)]).toEqual([[pit, 2]])
})
