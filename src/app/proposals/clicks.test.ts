import { expect, test } from 'vitest'
import { currentMaskOf } from '../../domain/live'
import type { PseudoMask } from '../../domain/records'
import { boxed, covers, INSIDE, ROUGH_BOX, settled } from '../__fakes__/boxedProject'
import { fakeSegmenter } from '../__fakes__/fakeSegmenter'

const clicksOf = (mask: PseudoMask) =>
  mask.provenance.kind === 'generated' ? mask.provenance.clicks.map((click) => click.isPositive) : null

test('a negative click takes away where it is, a positive one adds, and the mask remembers both', async () => {
  const opened = await boxed()
  const { app, box, mask } = opened
  expect(await covers(opened, mask(), 26, 21)).toBe(true)
  await app.annotate.addClick(box, INSIDE, false)
  await settled(app)
  expect(await covers(opened, mask(), 26, 21)).toBe(false)
  expect(clicksOf(mask())).toEqual([false])
  await app.annotate.addClick(box, { x: 24.5, y: 21.5 }, true)
  await settled(app)
  expect(await covers(opened, mask(), 24, 21)).toBe(true)
  expect(clicksOf(mask())).toEqual([false, true])
})

test('a click goes to the model with the candidate that it corrects', async () => {
  const { app, segmenter, box } = await boxed()
  await app.annotate.addClick(box, INSIDE, false)
  await settled(app)
  await app.annotate.addClick(box, { x: 22, y: 18 }, true)
  await settled(app)
  const [first, second, third] = segmenter.answered.map(({ prompt }) => prompt)
  expect(first).toMatchObject({ clicks: [], former: null })
  expect(second!.former?.feedback).toBeInstanceOf(Float32Array)
  // What the first click left is what the second one corrects: the disc that was taken away.
  const inside = 21 * 64 + 26
  expect(second!.former!.feedback[inside]).toBeGreaterThan(0)
  expect(third!.former!.feedback[inside]).toBeLessThan(0)
  expect(third!.clicks).toHaveLength(2)
})

test('undo takes a click back and shows the mask before it; redo brings both back; no model is asked', async () => {
  const { app, segmenter, records, box, mask } = await boxed()
  const before = mask()
  await app.annotate.addClick(box, INSIDE, false)
  await settled(app)
  const after = mask()
  const asked = segmenter.answered.length
  const project = app.project.get()!
  expect(project.undoLabel()).toBe('Remove by a click')
  project.undo()
  await settled(app)
  expect(records().clicksOf(box)).toEqual([])
  expect(mask().id).toBe(before.id)
  project.redo()
  await settled(app)
  expect(mask().id).toBe(after.id)
  expect(segmenter.answered).toHaveLength(asked)
})

test('a click undone before its answer and redone later gets its mask then', async () => {
  const { app, segmenter, box, mask } = await boxed()
  const before = mask()
  segmenter.hold()
  await app.annotate.addClick(box, INSIDE, false)
  await segmenter.started()
  app.project.get()!.undo()
  segmenter.release()
  await settled(app)
  expect(mask().id).toBe(before.id)
  app.project.get()!.redo()
  await settled(app)
  expect(clicksOf(mask())).toEqual([false])
})

test('taking the last click back is a step of its own', async () => {
  const { app, records, box, mask } = await boxed()
  const before = mask()
  const click = await app.annotate.addClick(box, INSIDE, false)
  await settled(app)
  app.annotate.removeClick(click!)
  expect(mask().id).toBe(before.id)
  expect(app.project.get()!.undoLabel()).toBe('Take back click')
  app.project.get()!.undo()
  expect(records().clicksOf(box)).toHaveLength(1)
})

test('clicks and their order survive closing and opening; the next one goes without the former answer', async () => {
  const { app, segmenter, records, box, mask } = await boxed()
  await app.annotate.addClick(box, INSIDE, false)
  await app.annotate.addClick(box, { x: 22, y: 18 }, true)
  await settled(app)
  const shown = mask().id
  const id = app.project.get()!.id
  await app.projects.close()
  await app.projects.open(id)
  expect(
    records()
      .clicksOf(box)
      .map((click) => click.isPositive),
  ).toEqual([false, true])
  expect(currentMaskOf(records(), box)!.id).toBe(shown)
  await app.annotate.addClick(box, { x: 30, y: 24 }, true)
  await settled(app)
  expect(segmenter.answered.at(-1)!.prompt).toMatchObject({ former: null })
  expect(segmenter.answered.at(-1)!.prompt.clicks).toHaveLength(3)
})

test.each([
  ['a model without clicks', { positiveClicks: false, negativeClicks: false }, 'Choose another model'],
  ['a model without negative clicks', { negativeClicks: false }, 'no negative clicks'],
])('%s says so with the remedy, and nothing changes', async (_name, accepts, words) => {
  const { app, segmenter, records, box, mask } = await boxed(fakeSegmenter(accepts))
  const before = mask().id
  expect(await app.annotate.addClick(box, INSIDE, false)).toBeNull()
  await settled(app)
  expect(app.notices.get().at(-1)).toMatchObject({ kind: 'info', title: 'No click made' })
  expect(app.notices.get().at(-1)!.message).toContain(words)
  expect(records().clicksOf(box)).toEqual([])
  expect(mask().id).toBe(before)
  expect(segmenter.answered).toHaveLength(1)
})

test('a generator that asks no model says so on a click', async () => {
  const { app, records, box } = await boxed()
  app.propose.chooseGenerator('otsu', {})
  expect(await app.annotate.addClick(box, INSIDE, true)).toBeNull()
  expect(app.notices.get().at(-1)!.message).toMatch(/by the box alone.*Choose the Segmenter/)
  expect(records().clicksOf(box)).toEqual([])
})

test('clicks on an accepted mask or far from the box are refused', async () => {
  const { app, records, box } = await boxed()
  expect(await app.annotate.addClick(box, { x: 60, y: 60 }, true)).toBeNull()
  expect(app.notices.get().at(-1)!.message).toContain('too far')
  app.review.accept(app.review.queue()[0]!)
  expect(await app.annotate.addClick(box, INSIDE, true)).toBeNull()
  expect(app.notices.get().at(-1)!.message).toContain('accepted')
  expect(records().clicksOf(box)).toEqual([])
})

test('a model without clicks refuses a box that has some, and its former mask stays', async () => {
  const accepts = { positiveClicks: true, negativeClicks: true }
  const segmenter = fakeSegmenter(accepts)
  const { app, box, mask } = await boxed(segmenter)
  await app.annotate.addClick(box, INSIDE, false)
  await settled(app)
  const shown = mask().id
  const describe = segmenter.describe
  Object.assign(segmenter, {
    describe: async (id: string) => ({
      ...(await describe(id)),
      accepts: { positiveClicks: false, negativeClicks: false, feedback: false },
    }),
  })
  await app.propose.box(box)
  expect(app.notices.get().at(-1)).toMatchObject({ kind: 'error', code: 'model/incompatible' })
  expect(app.notices.get().at(-1)!.message).toMatch(/1 click, which Fake cannot take/)
  expect(mask().id).toBe(shown)
})

test('quick clicks on one box end in one answer to all of them', async () => {
  const { app, segmenter, records, box, mask } = await boxed()
  segmenter.hold()
  await app.annotate.addClick(box, { x: 20, y: 18 }, true)
  await segmenter.started()
  for (let i = 1; i < 5; i++) await app.annotate.addClick(box, { x: 20 + i, y: 18 }, i % 2 === 0)
  segmenter.release()
  await settled(app)
  expect(records().clicksOf(box)).toHaveLength(5)
  expect(clicksOf(mask())).toEqual([true, false, true, false, true])
  // The box, the click that was under way, and the last state: the three in between cost nothing.
  expect(segmenter.answered.map(({ prompt }) => prompt.clicks.length)).toEqual([0, 1, 5])
  // The answer to one click alone never stood for the box.
  expect(records().masksOf(box)).toHaveLength(2)
})

test('a box that is moved is proposed anew with its clicks', async () => {
  const { app, segmenter, box } = await boxed()
  await app.annotate.addClick(box, INSIDE, false)
  await settled(app)
  app.annotate.setBox(box, { ...ROUGH_BOX, width: 19 })
  await settled(app)
  const { prompt } = segmenter.answered.at(-1)!
  expect(prompt.boxPx.width).toBe(19)
  expect(prompt.clicks).toEqual([{ pointPx: INSIDE, isPositive: false }])
})

test('a mask that was accepted while a newer one was being made stays', async () => {
  const { app, segmenter, records, box, mask } = await boxed()
  const shown = mask()
  segmenter.hold()
  await app.annotate.addClick(box, INSIDE, false)
  await segmenter.started()
  app.review.accept(app.review.queue()[0]!)
  segmenter.release()
  await settled(app)
  expect(mask().id).toBe(shown.id)
  expect(records().masksOf(box)).toHaveLength(1)
})
