import { expect, test } from 'vitest'
import { idOf } from '../../../domain/records'
import { changeText } from './changeText'

const pit = idOf('class', 'pit')
const stain = idOf('class', 'stain')
const nameOf = (id: string | null): string => (id === pit ? 'Pit' : 'Stain')
const change = { kind: 'shape', classA: pit, classB: pit, iou: 0.5357, changedPx: 1104 } as const

test.each([
  [change, 'IoU 0.54', 'other shape, IoU 0.54, 1,104 px differ'],
  [
    { ...change, classB: stain },
    'IoU 0.54',
    'other shape, IoU 0.54, 1,104 px differ, Pit in A and Stain in B',
  ],
  [{ ...change, kind: 'class', classB: stain } as const, 'Pit → Stain', 'A calls it Pit, B Stain, 1,104 px'],
  [{ ...change, kind: 'onlyA', classB: null } as const, 'only A: Pit', 'only A sees a Pit, 1,104 px'],
  [{ ...change, kind: 'onlyB', classA: null } as const, 'only B: Pit', 'only B sees a Pit, 1,104 px'],
] as const)('%o', (given, short, long) => {
  expect(changeText(given, nameOf)).toEqual({ short, long })
})
