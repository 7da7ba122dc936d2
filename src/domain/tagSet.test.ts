import { expect, test } from 'vitest'
import { fakeBox, fakeDecision, fakeImage, fakeMask, fakeRecords, SCRATCH } from './__fakes__/fakeRecords'
import { idOf, type AnyRecord, type ClassDef, type ClassId, type ImageRecord } from './records'
import { tagSet } from './tagSet'

const DENT: ClassDef = { ...SCRATCH, id: idOf('class', 'dent'), name: 'Dent' }

function tag(image: ImageRecord, classId: ClassId = SCRATCH.id): AnyRecord {
  const id = idOf('imageLabel', `${image.fileName}-${classId}`)
  return { id, type: 'imageLabel', imageId: image.id, classId, presence: 'present', source: 'human' }
}

const clean = (name: string, overrides: Partial<ImageRecord> = {}): ImageRecord =>
  fakeImage(name, { status: 'confirmedClean', ...overrides })

test('a tagged image is wanted, a confirmed clean one has no class, an unlabelled one is left out', () => {
  const [a, b, c] = [fakeImage('a'), clean('b'), fakeImage('c')]
  const set = tagSet(fakeRecords([SCRATCH, a, b, c, tag(a)]))
  expect(set.train).toEqual([
    { imageId: a.id, present: [SCRATCH.id], wanted: [SCRATCH.id] },
    { imageId: b.id, present: [], wanted: [] },
  ])
  expect(set.targets.map(({ imageId }) => imageId)).toEqual([a.id])
  expect(set.clean.map(({ imageId }) => imageId)).toEqual([b.id])
  expect(set.summary).toMatchObject({ defective: 1, clean: 1, unlabelled: 1, targets: 1, blocker: null })
})

test('boxes win: the boxed class teaches but gets no mask, another tag of the same image does', () => {
  const [a, b] = [fakeImage('a'), clean('b')]
  const box = fakeBox('1', a)
  const boxed = tagSet(fakeRecords([SCRATCH, DENT, a, b, box, tag(a)]))
  expect(boxed.train[0]).toMatchObject({ present: [SCRATCH.id], wanted: [] })
  expect(boxed.targets).toEqual([])
  expect(boxed.summary).toMatchObject({ boxed: 1, blocker: expect.stringContaining('boxes win') as string })
  const mixed = tagSet(fakeRecords([SCRATCH, DENT, a, b, box, tag(a, DENT.id)]))
  expect(mixed.targets[0]).toMatchObject({ present: [DENT.id, SCRATCH.id], wanted: [DENT.id] })
})

test('an accepted mask is as good as a box; one that nobody judged is not', () => {
  const [a, b] = [fakeImage('a'), clean('b')]
  const mask = fakeMask('1', a, null)
  const open = tagSet(fakeRecords([SCRATCH, a, b, mask, tag(a)]))
  expect(open.targets).toHaveLength(1)
  const accepted = tagSet(fakeRecords([SCRATCH, a, b, mask, fakeDecision(mask, 'accepted'), tag(a)]))
  expect(accepted.targets).toEqual([])
})

test('images of the test split get masks but do not teach; validation images judge; skipped ones take no part', () => {
  const images = [
    fakeImage('train'),
    fakeImage('val', { split: 'val' }),
    fakeImage('test', { split: 'test' }),
    fakeImage('skipped', { status: 'skipped' }),
  ]
  const set = tagSet(fakeRecords([SCRATCH, ...images, clean('c'), ...images.map((image) => tag(image))]))
  expect(set.train.map(({ imageId }) => imageId)).toEqual([images[0]!.id, idOf('image', 'c')])
  expect(set.validation.map(({ imageId }) => imageId)).toEqual([images[1]!.id])
  expect(set.targets).toHaveLength(3)
})

test.each([
  ['nothing labelled', [fakeImage('a')], [], 'No image is labelled yet'],
  ['no clean image', [fakeImage('a')], ['a'], 'never saw a clean part'],
  ['no defective image', [clean('b')], [], 'nothing to learn'],
])('%s: the blocker says what it means and what to do', (_name, images, tagged, words) => {
  const tags = images
    .filter((image) => tagged.includes(image.fileName.slice(0, -4)))
    .map((image) => tag(image))
  expect(tagSet(fakeRecords([SCRATCH, ...images, ...tags])).summary.blocker).toContain(words)
})

test('one image of a kind may start, with the warning that its masks will be wrong', () => {
  const a = fakeImage('a')
  const { summary } = tagSet(fakeRecords([SCRATCH, a, clean('b'), tag(a)]))
  expect(summary.blocker).toBeNull()
  expect(summary.warnings[0]).toContain('Expect wrong masks')
})

test('a label of a class that is gone says nothing', () => {
  const a = fakeImage('a')
  expect(tagSet(fakeRecords([SCRATCH, a, clean('b'), tag(a, DENT.id)])).train).toHaveLength(1)
})
