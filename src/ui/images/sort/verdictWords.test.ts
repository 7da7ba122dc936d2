import { expect, test } from 'vitest'
import { SCRATCH } from '../../../domain/__fakes__/fakeRecords'
import { idOf } from '../../../domain/records'
import { paceWords, verdictWords } from './verdictWords'

const PIT = { ...SCRATCH, id: idOf('class', 'pit'), name: 'Pit' }

test('a verdict in words, classes in project order', () => {
  expect(verdictWords({ kind: 'defective', classIds: [PIT.id, SCRATCH.id] }, [SCRATCH, PIT])).toBe(
    'Scratch, Pit',
  )
  expect(verdictWords({ kind: 'defective', classIds: [] }, [SCRATCH])).toBe('Defective')
  expect(verdictWords({ kind: 'clean' }, [])).toBe('Clean')
  expect(verdictWords({ kind: 'unsorted' }, [])).toBe('')
})

test('the pace tells how long the rest takes', () => {
  expect(paceWords(null, 900)).toBe('pace after 3 images')
  // 0.5 s x 900 = 7.5 min
  expect(paceWords(0.5, 900)).toBe('0.5 s per image · 8 min left')
  expect(paceWords(0.5, 10)).toBe('0.5 s per image · under 1 min left')
  expect(paceWords(0.5, 0)).toBe('0.5 s per image')
})
