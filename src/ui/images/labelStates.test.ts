import { expect, test } from 'vitest'
import type { RecordsView } from '../../domain/live'
import { idOf, type ImageId, type ImageLabel } from '../../domain/records'
import { labelStates } from './labelStates'

const [a, b] = [idOf('image', 'a'), idOf('image', 'b')]
const [scratch, dent] = [idOf('class', 'scratch'), idOf('class', 'dent')]
const labels: readonly Pick<ImageLabel, 'imageId' | 'classId' | 'presence'>[] = [
  { imageId: a, classId: scratch, presence: 'present' },
  { imageId: b, classId: scratch, presence: 'present' },
  { imageId: a, classId: dent, presence: 'present' },
  { imageId: b, classId: dent, presence: 'absent' },
]
const records = {
  ofImage: (_type: string, id: ImageId) => labels.filter((label) => label.imageId === id),
} as unknown as RecordsView

test('a class is on all, on some or on none of the images; absent labels do not count', () => {
  expect([...labelStates(records, [a, b])]).toEqual([
    [scratch, 'all'],
    [dent, 'some'],
  ])
  expect([...labelStates(records, [b])]).toEqual([[scratch, 'all']])
})
