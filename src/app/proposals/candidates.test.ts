import { expect, test } from 'vitest'
import { currentMaskOf } from '../../domain/live'
import { boxed, INSIDE, settled } from '../__fakes__/boxedProject'

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
