import { expect, test, vi } from 'vitest'
import { currentMaskOf } from '../../domain/live'
import type { AnnotationId, ClassId } from '../../domain/records'
import { openProject, ROUGH_BOX, settled } from '../__fakes__/boxedProject'
import { fakeSegmenter } from '../__fakes__/fakeSegmenter'
import type { App } from '../app'

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
