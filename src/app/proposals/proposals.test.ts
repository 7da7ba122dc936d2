import { expect, test, vi } from 'vitest'
import { createMemoryStorage } from '../../storage/memory'
import { currentMaskOf } from '../../domain/live'
import type { AnnotationId, ClassId, PseudoMask } from '../../domain/records'
import { fakeSegmenter, type FakeSegmenter } from '../__fakes__/fakeSegmenter'
import { fakeServices, picture } from '../__fakes__/fakeServices'
import type { App } from '../app'
import { createApp } from '../createApp'

const DARK = [20, 16, 12, 10] as const
const ROUGH_BOX = { x: 17, y: 13, width: 18, height: 16 }
const INSIDE = { x: 26.5, y: 21.5 }

/** Lets every promise, timer of zero and job come to its end. */
async function settled(app: App): Promise<void> {
  for (let calm = 0, turns = 0; calm < 3 && turns < 1000; turns++) {
    await new Promise((resolve) => setTimeout(resolve, 2))
    const isBusy = app.jobs.running.get().length > 0 || app.propose.pending.get().size > 0
    calm = isBusy ? 0 : calm + 1
  }
}

async function openProject(segmenter: FakeSegmenter = fakeSegmenter(), images = 1) {
  const storage = createMemoryStorage({ now: () => '2026-01-01T00:00:00.000Z' })
  const { app, workspace } = createApp({ ...fakeServices(storage), segmenter })
  await app.projects.create('Line 3')
  const classId = app.classes.add('Scratch')
  const names = Array.from({ length: images }, (_, i) => `${i}.png`)
  await app.images.add(names.map((name) => picture(name, 64, 64, DARK)))
  const records = () => app.project.get()!.records
  return { app, workspace, segmenter, classId, records, image: records().ofType('image')[0]! }
}

type Opened = Awaited<ReturnType<typeof openProject>>

async function boxed(segmenter?: FakeSegmenter) {
  const opened = await openProject(segmenter)
  const box = opened.app.annotate.addBox(opened.image.id, ROUGH_BOX, opened.classId)!
  await settled(opened.app)
  const mask = (): PseudoMask => currentMaskOf(opened.records(), box)!
  return { ...opened, box, mask }
}

/** True when the box's mask covers the pixel. */
async function covers({ app }: Opened, mask: PseudoMask, x: number, y: number): Promise<boolean> {
  const { boundsPx, mask: patch } = await app.pictures.loadMask(mask.id)
  const column = x - boundsPx.x
  const row = y - boundsPx.y
  const isInside = column >= 0 && row >= 0 && column < patch.width && row < patch.height
  return isInside && patch.data[row * patch.width + column] === 1
}

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

test('a box just drawn overtakes a running batch, and other boxes may be pending beside it', async () => {
  const { app, segmenter, records, classId } = await openProject(fakeSegmenter(), 6)
  const images = records().ofType('image')
  segmenter.hold()
  const boxes = images.slice(0, 5).map((image) => app.annotate.addBox(image.id, ROUGH_BOX, classId)!)
  await segmenter.started()
  // All five wait side by side; none blocks another.
  expect(app.propose.pending.get().size).toBe(5)
  segmenter.release()
  await settled(app)
  expect(boxes.every((id) => currentMaskOf(records(), id) !== null)).toBe(true)

  segmenter.hold()
  const batch = app.propose.all({ redo: true })
  await segmenter.started()
  const late = app.annotate.addBox(images[5]!.id, ROUGH_BOX, classId)!
  // It waits in line behind the call that is under way.
  await vi.waitFor(() => expect(segmenter.queued()).toBe(1))
  segmenter.next()
  await segmenter.started()
  segmenter.next()
  await segmenter.started()
  // One of five was under way; the drawn box came next, before the other four.
  expect(segmenter.answered.slice(5).map(({ lane }) => lane)).toEqual(['batch', 'interactive'])
  // Its mask is there while the batch is still held.
  await vi.waitFor(() => expect(currentMaskOf(records(), late)).not.toBeNull())
  expect(segmenter.answered).toHaveLength(7)
  segmenter.release()
  expect(await batch).toMatchObject({ done: 5, failed: 0 })
})

test('a cancelled batch keeps what it made, and told how long the rest would take', async () => {
  const { app, segmenter, records, classId } = await openProject(fakeSegmenter(), 4)
  const images = records().ofType('image')
  app.propose.chooseGenerator('otsu', {})
  for (const image of images) app.annotate.addBox(image.id, ROUGH_BOX, classId)
  await settled(app)
  const before = records().ofType('mask').length
  app.propose.chooseGenerator('segmenter', {})
  segmenter.hold()
  const batch = app.propose.all({ redo: true })
  for (let i = 0; i < 2; i++) {
    await segmenter.started()
    segmenter.next()
  }
  await segmenter.started()
  const job = app.jobs.running.get().find((running) => running.lane === 'batch')!
  expect(job.progress).toMatchObject({ done: 2, total: 4 })
  expect(job.secondsLeft).toBeGreaterThan(0)
  app.jobs.cancel(job.id)
  segmenter.release()
  expect(await batch).toMatchObject({ done: 2, failed: 0 })
  expect(records().ofType('mask')).toHaveLength(before + 2)
})

test('candidates are cycled as pending masks that say which they are', async () => {
  const opened = await boxed()
  const { app, box, mask, segmenter } = opened
  const first = mask()
  const { labels, at } = app.propose.candidates(box)!
  expect(labels.length).toBeGreaterThan(1)
  expect(new Set(labels).size).toBe(labels.length)
  expect(at).toBe(0)
  await app.propose.cycle(box, 1)
  expect(mask().provenance).toMatchObject({ candidate: labels[1] })
  expect(mask().pixels).not.toBe(first.pixels)
  expect(app.propose.candidates(box)!.at).toBe(1)
  await app.propose.cycle(box, -1)
  expect(mask().pixels).toBe(first.pixels)
  await app.propose.cycle(box, -1)
  expect(app.propose.candidates(box)!.at).toBe(labels.length - 1)
  expect(segmenter.answered).toHaveLength(1)
  // What was chosen, not the first, is what the next click corrects.
  await app.annotate.addClick(box, INSIDE, false)
  await settled(app)
  expect(segmenter.answered.at(-1)!.prompt.former).not.toBeNull()
  expect(app.project.get()!.undoLabel()).toBe('Remove by a click')
})

test('after a reload the candidates are asked for again when somebody cycles', async () => {
  const { app, records, segmenter, box } = await boxed()
  const id = app.project.get()!.id
  await app.projects.close()
  await app.projects.open(id)
  expect(app.propose.candidates(box)).toBeNull()
  await app.propose.cycle(box, 1)
  expect(segmenter.answered).toHaveLength(2)
  expect(app.propose.candidates(box)!.at).toBe(1)
  expect(currentMaskOf(records(), box)!.provenance).toMatchObject({ kind: 'generated' })
})

test('an accepted mask has no other candidates', async () => {
  const { app, box, mask } = await boxed()
  const shown = mask()
  app.review.accept(app.review.queue()[0]!)
  expect(app.propose.candidates(box)).toBeNull()
  await app.propose.cycle(box, 1)
  expect(mask().id).toBe(shown.id)
})

/** Waits until the style of a class is as it should be and the masks have followed. */
async function styled(app: App, classId: ClassId, fromMasks: number | null): Promise<void> {
  const { learned, view } = app.propose.drawingStyle
  // A style that is not there yet reads like one that came to nothing: something has to have been learned. (The first
  // rise is the engine's arrival.)
  await vi.waitFor(() => expect(learned.get()).toBeGreaterThan(1), { timeout: 10_000 })
  await vi.waitFor(() => expect(view(classId).fromMasks).toBe(fromMasks), { timeout: 10_000 })
  await settled(app)
}

/** Four boxes; `paint` mends the first three to their dark spot, more tightly than the segmenter drew them. */
async function fourBoxes() {
  const opened = await openProject(fakeSegmenter(), 4)
  const { app, records, classId } = opened
  const images = records().ofType('image')
  const boxes = images.map((image) => app.annotate.addBox(image.id, ROUGH_BOX, classId)!)
  await settled(app)
  const paint = async (box: AnnotationId, of: ClassId = classId) => {
    const parent = currentMaskOf(records(), box)!
    await app.annotate.savePainted({
      imageId: parent.imageId,
      classId: of,
      parentId: parent.id,
      annotationId: box,
      patch: { width: 12, height: 10, data: new Uint8Array(120).fill(1) },
      boundsPx: { x: 20, y: 16, width: 12, height: 10 },
      tool: 'eraser',
    })
  }
  const maskOf = (box: AnnotationId) => currentMaskOf(records(), box)!
  return { ...opened, boxes, paint, maskOf }
}

test('three masks mended the same way teach how a class is drawn; the pending one follows, nothing else', async () => {
  const { app, boxes, paint, maskOf, classId, segmenter, records } = await fourBoxes()
  const last = boxes[3]!
  const plain = maskOf(last)
  expect(plain.areaPx).toBeGreaterThan(120)
  await paint(boxes[0]!)
  await paint(boxes[1]!)
  await styled(app, classId, null)
  expect(maskOf(last).id).toBe(plain.id)
  expect(app.propose.drawingStyle.view(classId)).toEqual({ isOn: true, masks: 2, fromMasks: null })
  await paint(boxes[2]!)
  const painted = boxes.slice(0, 3).map((box) => maskOf(box).id)
  await styled(app, classId, 3)
  expect(app.propose.drawingStyle.view(classId)).toEqual({ isOn: true, masks: 3, fromMasks: 3 })
  expect(maskOf(last).areaPx).toBeLessThan(plain.areaPx)
  expect(maskOf(last).provenance).toMatchObject({ style: { fromMasks: 3 } })
  expect(boxes.slice(0, 3).map((box) => maskOf(box).id)).toEqual(painted)
  // Everything was still in memory: the model has seen each box once.
  expect(segmenter.answered).toHaveLength(4)
  // Undo names the person's own last step.
  expect(app.project.get()!.undoLabel()).toBe('Erase from mask')

  const another = app.annotate.addBox(records().ofType('image')[0]!.id, { ...ROUGH_BOX, width: 17 }, classId)!
  await settled(app)
  expect(maskOf(another).provenance).toMatchObject({ style: { fromMasks: 3 } })
})

test('switched off, pending masks are again as the generator draws them; switched on, they follow', async () => {
  const { app, boxes, paint, maskOf, classId } = await fourBoxes()
  const plain = maskOf(boxes[3]!)
  for (const box of boxes.slice(0, 3)) await paint(box)
  await styled(app, classId, 3)
  const own = maskOf(boxes[3]!)
  app.propose.drawingStyle.setOn(false)
  await styled(app, classId, null)
  expect(maskOf(boxes[3]!).pixels).toBe(plain.pixels)
  expect(maskOf(boxes[3]!).provenance).toMatchObject({ style: null })
  expect(app.propose.drawingStyle.view(classId)).toMatchObject({ isOn: false, fromMasks: null })
  app.propose.drawingStyle.setOn(true)
  await styled(app, classId, 3)
  expect(maskOf(boxes[3]!).pixels).toBe(own.pixels)
})

test('a style goes with the decisions that taught it', async () => {
  const { app, boxes, paint, maskOf, classId } = await fourBoxes()
  const plain = maskOf(boxes[3]!)
  for (const box of boxes.slice(0, 3)) await paint(box)
  await styled(app, classId, 3)
  expect(maskOf(boxes[3]!).pixels).not.toBe(plain.pixels)
  app.project.get()!.undo()
  await styled(app, classId, null)
  expect(app.propose.drawingStyle.view(classId)).toMatchObject({ masks: 2, fromMasks: null })
  expect(maskOf(boxes[3]!).pixels).toBe(plain.pixels)
})

test('accepted as proposed, three masks teach nothing to apply', async () => {
  const { app, boxes, maskOf, classId } = await fourBoxes()
  const plain = maskOf(boxes[3]!)
  for (const item of app.review.queue().filter((one) => one.mask.annotationId !== boxes[3])) {
    app.review.accept(item)
  }
  await styled(app, classId, null)
  expect(app.propose.drawingStyle.view(classId)).toEqual({ isOn: true, masks: 3, fromMasks: null })
  expect(maskOf(boxes[3]!).id).toBe(plain.id)
})

test('a candidate chosen by hand keeps its shape whatever the style', async () => {
  const { app, boxes, paint, maskOf, classId } = await fourBoxes()
  await app.propose.cycle(boxes[3]!, 1)
  const chosen = maskOf(boxes[3]!)
  for (const box of boxes.slice(0, 3)) await paint(box)
  await styled(app, classId, 3)
  expect(maskOf(boxes[3]!).id).toBe(chosen.id)
})
