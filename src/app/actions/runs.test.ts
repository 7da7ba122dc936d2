import { expect, test } from 'vitest'
import type { ImageRecord, MaskLayer, RunId } from '../../domain/records'
import type { ModelInfo } from '../../formats/modelInfo'
import { haloProject } from '../__fakes__/haloProject'

const layerOf = (
  records: () => { ofImage(type: 'layer', id: string): readonly MaskLayer[] },
  image: ImageRecord,
  runId: RunId,
): MaskLayer =>
  records()
    .ofImage('layer', image.id)
    .find((layer) => layer.runId === runId)!

test('precision and recall of every threshold, from images that the run did not learn from', async () => {
  const { app, runId } = await haloProject(3)
  const measure = await app.runs.measureThreshold(runId)
  expect(measure).toMatchObject({
    images: 3,
    groups: 3,
    leftOut: { trained: 2, related: 0, test: 0 },
    choice: { threshold: 0.5, by: 'default', missing: 17 },
  })
  const at = (threshold: number) => measure.points.find((point) => point.threshold === threshold)!
  expect(at(0.05)).toMatchObject({ recall: 1, precision: 120 / 4096 })
  expect(at(0.5)).toMatchObject({ recall: 1, precision: 120 / 224, iou: 120 / 224 })
  expect(measure.best).toMatchObject({ threshold: 0.61, recall: 1, precision: 1, iou: 1 })
  // Sure spot, halo, background: three distinct points.
  expect(measure.curve).toEqual([
    { recall: 1, precision: 1 },
    { recall: 1, precision: 120 / 224 },
    { recall: 1, precision: 120 / 4096 },
  ])
  expect(measure.examples.length).toBe(5)
})

test('views of one part count once, and parts that the run learned from not at all', async () => {
  const views = ['part7_1.png', 'part7_2.png', 'part8_1.png']
  const { app, records, runId } = await haloProject(3, (i) => views[i]!)
  expect(await app.runs.measureThreshold(runId)).toMatchObject({ images: 3, groups: 2 })
  // One view of part 7 was trained on: its sister is no witness.
  const [first] = records().ofType('image').slice(2)
  app.images.setSplit([first!.id], 'train')
  const second = (await app.training.start({ params: { epochs: 1 } }))!
  expect(await app.runs.measureThreshold(second)).toMatchObject({
    images: 1,
    groups: 1,
    leftOut: { trained: 3, related: 1 },
  })
})

test('twenty independent reviewed images set the threshold of a new run by themselves', async () => {
  const { run, records, runId, validation } = await haloProject(20)
  expect(run()).toMatchObject({ threshold: 0.61, thresholdBy: 'reviews' })
  // The drafts were cut at it already.
  expect(layerOf(records, validation[0]!, runId).threshold).toBe(0.61)
}, 30_000)

test('nineteen leave it at one half', async () => {
  const { run } = await haloProject(19)
  expect(run()).toMatchObject({ threshold: 0.5, thresholdBy: 'default' })
}, 30_000)

test('an applied threshold stands in the run, in model.json and in what Evaluate compares', async () => {
  const { app, workspace, run, records, runId, validation } = await haloProject(3)
  const evaluate = () => app.evaluate.run({ runId, against: 'reviewed', split: 'val' })
  const before = await evaluate()
  await app.runs.setThreshold(runId, 0.75)
  expect(run()).toMatchObject({ threshold: 0.75, thresholdBy: 'person' })
  const info = JSON.parse(
    new TextDecoder().decode(await workspace.services.storage.blobs.get(run().modelInfo!)),
  ) as ModelInfo
  expect(info).toMatchObject({ format: 'maskwright-student', threshold: 0.75, student: 'light' })

  expect(layerOf(records, validation[0]!, runId).threshold).toBe(0.5)
  const after = await evaluate()
  expect(layerOf(records, validation[0]!, runId).threshold).toBe(0.75)
  expect(before.binary.precision).toBeCloseTo(120 / 224, 9)
  expect(after.binary.precision).toBeCloseTo(1, 9)
})

test('a threshold below one half counts in Evaluate too', async () => {
  const { app, runId } = await haloProject(3)
  await app.runs.setThreshold(runId, 0.05)
  const { binary } = await app.evaluate.run({ runId, against: 'reviewed', split: 'val' })
  // Everything is predicted, with a mean probability far below one half.
  expect(binary.recall).toBeCloseTo(1, 9)
  expect(binary.precision).toBeCloseTo(120 / 4096, 9)
})

test('drafting again takes the former drafts out in a step to undo, and decided ones stay', async () => {
  const { app, records, runId } = await haloProject(3)
  const drafts = () =>
    records()
      .ofType('mask')
      .filter((mask) => mask.provenance.kind === 'student' && mask.provenance.runId === runId)
  const former = drafts()
  expect(former.length).toBeGreaterThan(1)
  app.review.accept(app.review.queue().find((item) => item.mask.id === former[0]!.id)!)
  await app.runs.setThreshold(runId, 0.55)
  expect(app.runs.outdated(runId)).toEqual({ images: 5, drafts: former.length - 1 })
  await app.runs.redraft(runId)
  expect(app.runs.outdated(runId)).toEqual({ images: 0, drafts: 0 })
  expect(drafts().map((mask) => mask.id)).toContain(former[0]!.id)
  expect(app.project.get()!.undoLabel()).toBe(`Remove ${former.length - 1} drafts of the former threshold`)
})

test('the measure is answered from memory until somebody reviews', async () => {
  const { app, runId, validation } = await haloProject(3)
  const measure = await app.runs.measureThreshold(runId)
  await app.runs.setThreshold(runId, 0.6)
  expect(await app.runs.measureThreshold(runId)).toBe(measure)
  app.images.setStatus([validation[0]!.id], 'skipped')
  expect((await app.runs.measureThreshold(runId)).images).toBe(2)
})

test('asking twice while it is under way is one job', async () => {
  const { app, runId } = await haloProject(3)
  const asked = [app.runs.measureThreshold(runId), app.runs.measureThreshold(runId)]
  expect(app.jobs.running.get().map((job) => job.title)).toEqual(['Measure Run 1'])
  const [one, other] = await Promise.all(asked)
  expect(other).toBe(one)
})

test('a cancelled measure rejects as cancelled, and can be asked for again', async () => {
  const { app, runId } = await haloProject(3)
  const asked = app.runs.measureThreshold(runId)
  app.jobs.cancel(app.jobs.running.get()[0]!.id)
  await expect(asked).rejects.toMatchObject({ name: 'AbortError' })
  expect((await app.runs.measureThreshold(runId)).images).toBe(3)
})
