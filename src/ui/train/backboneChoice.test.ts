import { expect, test } from 'vitest'
import type { ModelEntry, StudentDescriptor } from '../../app/app'
import { backboneBlocker, backboneFor, backboneLabel, fittingBackbones } from './backboneChoice'

function model(overrides: Partial<ModelEntry>): ModelEntry {
  return {
    id: 'net',
    title: 'Net',
    summary: '',
    kind: 'backbone',
    features: 'pyramid',
    source: 'catalogue',
    family: null,
    licence: { name: 'Apache-2.0', url: null, note: null },
    origin: { repository: 'someone/net', revision: 'c0ffee' },
    files: [],
    state: 'ready',
    obstacle: null,
    caution: null,
    ...overrides,
  }
}
const EMBEDDED = model({
  id: 'embedded',
  title: 'Embedded',
  source: 'embedded',
  kind: 'segmenter',
  origin: null,
})
const SAM = model({ id: 'sam', title: 'SAM', kind: 'segmenter', features: null })
const MOBILE = model({ id: 'mobile', title: 'Mobile', origin: null, state: 'absent' })
const DINO = model({ id: 'dino', title: 'DINO', features: 'tokens', state: 'absent' })
const DINO_HERE = model({ id: 'dino-reg', title: 'DINO reg', features: 'tokens' })
const MODELS = [EMBEDDED, SAM, MOBILE, DINO, DINO_HERE]

const student = (backbones: StudentDescriptor['backbones']): StudentDescriptor => ({
  id: 'student',
  version: 1,
  title: 'Student',
  summary: '',
  backbones,
  multipleOf: 4,
  tuning: null,
  params: {},
})
const LIGHT = student(['pyramid'])
const PAPER = student(['tokens'])

test('a student is offered what gives the features it takes, here or not', () => {
  expect(fittingBackbones(MODELS, LIGHT).map(({ id }) => id)).toEqual(['embedded', 'mobile'])
  expect(fittingBackbones(MODELS, PAPER).map(({ id }) => id)).toEqual(['dino', 'dino-reg'])
  expect(MODELS.map(backboneLabel)).toEqual([
    'Embedded (basic)',
    'SAM',
    'Mobile (add in Models …)',
    'DINO (download in Models …)',
    'DINO reg',
  ])
})

test('a choice that does not fit gives way to the first that is here; one that fits or is unknown stays', () => {
  expect(backboneFor(MODELS, PAPER, 'embedded')).toBe('dino-reg')
  expect(backboneFor([EMBEDDED, DINO], PAPER, 'embedded')).toBe('dino')
  expect(backboneFor(MODELS, PAPER, 'dino')).toBe('dino')
  expect(backboneFor(MODELS, LIGHT, 'files:0123')).toBe('files:0123')
  expect(backboneFor([], LIGHT, 'dino')).toBe('dino')
})

test('what keeps a run from starting is said with the way out', () => {
  expect(backboneBlocker(MODELS, LIGHT, 'embedded')).toBeNull()
  expect(backboneBlocker([], LIGHT, 'mobile')).toBeNull()
  expect(backboneBlocker(MODELS, student([]), 'mobile')).toBeNull()
  expect(backboneBlocker(MODELS, LIGHT, 'mobile')).toBe(
    'Mobile is not on this computer. Add its file in Models, or choose another backbone.',
  )
  expect(backboneBlocker(MODELS, PAPER, 'dino')).toContain('Download it in Models')
  expect(backboneBlocker(MODELS, LIGHT, 'files:0123')).toContain(
    'The backbone "files:0123" is not on this computer',
  )
  expect(backboneBlocker(MODELS, PAPER, 'sam')).toBe(
    'Student takes no features of SAM: choose another backbone.',
  )
  const damaged = model({ id: 'damaged', title: 'Damaged', state: 'damaged' })
  expect(backboneBlocker([damaged], LIGHT, 'damaged')).toBe(
    'Damaged is damaged. Repair or delete it in Models.',
  )
})
