import { expect, test } from 'vitest'
import {
  fakeBox,
  fakeClick,
  fakeDecision,
  fakeImage,
  fakeMask,
  fakeRecords,
  SCRATCH,
} from './__fakes__/fakeRecords'
import { currentMaskOf } from './live'
import type { AnyRecord, ClickPrompt, PseudoMask } from './records'

const image = fakeImage('a')
const box = fakeBox('box', image)
const click = fakeClick('1', box)

/** A segmenter's proposal for a box and clicks. */
function answer(name: string, clicks: readonly ClickPrompt[], boxPx = box.boxPx): PseudoMask {
  const mask = fakeMask(name, image, box)
  if (mask.provenance.kind !== 'generated') throw new Error('a generated mask')
  return {
    ...mask,
    provenance: { ...mask.provenance, modelId: 'embedded', promptBoxPx: boxPx, clicks },
  }
}

const current = (...records: readonly AnyRecord[]) =>
  currentMaskOf(fakeRecords([image, SCRATCH, ...records]), box.id)?.id

const plain = answer('plain', [])
const clicked = answer('clicked', [click])

test('the latest proposal stands for its box', () => {
  expect(current(box, plain, answer('later', []))).toBe('mask:later')
})

test('a click taken back brings back the mask before it, without asking the model again', () => {
  expect(current(box, plain, clicked, click)).toBe('mask:clicked')
  expect(current(box, plain, clicked)).toBe('mask:plain')
})

test('a box put back to its old place has its old mask again', () => {
  const moved = { ...box, boxPx: { ...box.boxPx, x: 30 } }
  const there = answer('there', [], moved.boxPx)
  expect(current(moved, plain, there)).toBe('mask:there')
  expect(current(box, plain, there)).toBe('mask:plain')
})

test('while no answer to the present prompt is there, the last one stays', () => {
  expect(current(box, plain, click)).toBe('mask:plain')
  expect(current({ ...box, boxPx: { ...box.boxPx, width: 21 } }, plain, clicked)).toBe('mask:clicked')
})

test('a generator without a model needs no clicks to be up to date', () => {
  const otsu = fakeMask('otsu', image, box)
  expect(current(box, click, clicked, otsu)).toBe('mask:otsu')
})

test('a box that hangs over the edge of its image is compared as it was asked: cut', () => {
  const wide = { ...box, boxPx: { x: 90, y: 10, width: 30, height: 20 } }
  const cut = answer('cut', [], { x: 90, y: 10, width: 10, height: 20 })
  expect(current(wide, cut, answer('elsewhere', [], { x: 80, y: 10, width: 20, height: 20 }))).toBe(
    'mask:cut',
  )
})

test('what a person accepted outranks every proposal', () => {
  expect(current(box, plain, fakeDecision(plain, 'accepted'), clicked, click)).toBe('mask:plain')
})
