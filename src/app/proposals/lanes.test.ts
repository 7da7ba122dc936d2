import { expect, test, vi } from 'vitest'
import { currentMaskOf } from '../../domain/live'
import { openProject, ROUGH_BOX, settled } from '../__fakes__/boxedProject'
import { fakeSegmenter } from '../__fakes__/fakeSegmenter'

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
