import { expect, test } from 'vitest'
import { idOf, type BoxAnnotation, type ClassDef, type PseudoMask } from '../../domain/records'
import type { ImageObject } from '../canvas/imageObjects'
import { objectWords } from './objectWords'

const scratch = { id: idOf('class', 's'), name: 'Scratch' } as ClassDef
const object = (more: Partial<ImageObject>): ImageObject => ({
  id: idOf('annotation', 'a'),
  state: 'proposed',
  classId: scratch.id,
  box: { boxPx: { x: 0, y: 0, width: 20.4, height: 7 } } as BoxAnnotation,
  mask: { areaPx: 12345, quality: { predictedIou: 0.876, stability: null, tightness: null } } as PseudoMask,
  ...more,
})

test('a proposal tells its area and how sure its generator is', () => {
  expect(objectWords(object({}), [scratch])).toEqual({
    name: 'Scratch',
    size: '12,345 px',
    state: 'proposed, not reviewed',
    quality: '88 %',
  })
})

test('an accepted mask needs no estimate: a person has judged it', () => {
  expect(objectWords(object({ state: 'accepted' }), [scratch]).quality).toBeNull()
})

test('a box without a mask tells its sides', () => {
  expect(objectWords(object({ state: 'boxOnly', mask: null }), [scratch]).size).toBe('20 × 7')
})

test('an ignore region has no class', () => {
  expect(objectWords(object({ state: 'ignore', classId: null }), [scratch]).name).toBe('Ignore region')
})
