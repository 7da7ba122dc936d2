import { expect, test } from 'vitest'
import { currentMaskOf, decisionOf } from '../domain/live'
import { rleFromString } from '../ml/raster/rleString'
import { createMemoryStorage } from '../storage/memory'
import { fakeServices, picture, rawFile, type FakeServices } from './__fakes__/fakeServices'
import { createApp } from './createApp'
import type { App } from './app'
import { createProjectStore } from './projectStore'

const DARK = [20, 16, 12, 10] as const

async function openProject(services: FakeServices = fakeServices()) {
  const { app, workspace } = createApp(services)
  await app.projects.create('Line 3')
  const classId = app.classes.add('Scratch')
  app.propose.chooseGenerator('otsu', {})
  return { app, workspace, services, classId, records: () => app.project.get()!.records }
}

const settled = async (app: App): Promise<void> => {
  for (let i = 0; i < 200 && (app.jobs.running.get().length > 0 || app.propose.pending.get().size > 0); i++) {
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** Two images with a boxed dark spot each, masks proposed. */
async function boxedProject() {
  const opened = await openProject()
  const { app, classId, records } = opened
  await app.images.add([
    picture('a.png', 64, 64, DARK),
    picture('b.png', 64, 64, DARK, [44, 40, 8, 8]),
    picture('clean.png', 64, 64),
  ])
  const [a, b, clean] = records().ofType('image')
  const boxA = app.annotate.addBox(a!.id, { x: 17, y: 13, width: 18, height: 16 }, classId)!
  const boxB = app.annotate.addBox(b!.id, { x: 17, y: 13, width: 18, height: 16 }, classId)!
  await settled(app)
  app.images.setStatus([clean!.id], 'confirmedClean')
  return { ...opened, a: a!, b: b!, clean: clean!, boxA, boxB }
}

test('unreadable files become issues that name them, and the rest goes on', async () => {
  const { app, records } = await openProject()
  const report = await app.images.add([
    picture('ok.png', 64, 48),
    rawFile('notes.png', 'hello'),
    rawFile('empty.png', ''),
    picture('tiny.png', 1, 1),
  ])
  expect(report).toMatchObject({ added: 2, alreadyThere: 0 })
  expect(report.issues.map((issue) => issue.path)).toEqual(['notes.png', 'empty.png'])
  expect(
    records()
      .ofType('image')
      .map((image) => image.fileName),
  ).toEqual(['ok.png', 'tiny.png'])
})

test('two files of one name: equal bytes are there already, other bytes are an issue', async () => {
  const { app } = await openProject()
  await app.images.add([picture('a.png', 64, 48)])
  const again = await app.images.add([picture('a.png', 64, 48), picture('a.png', 64, 49)])
  expect(again).toMatchObject({ added: 0, alreadyThere: 1 })
  expect(again.issues[0]!.message).toContain('"a.png"')
})

test('a drawn box gets its mask without asking, with provenance and quality', async () => {
  const { app, records, boxA } = await boxedProject()
  const mask = currentMaskOf(records(), boxA)!
  expect(mask).toMatchObject({
    areaPx: 120,
    boundsPx: { x: 20, y: 16, width: 12, height: 10 },
    isUnresolved: false,
  })
  expect(mask.provenance).toMatchObject({
    kind: 'generated',
    generatorId: 'otsu',
    promptBoxPx: { x: 17, y: 13, width: 18, height: 16 },
  })
  expect(app.training.summary().blocker).toBeNull()
})

test('undoing a box hides its mask, redoing brings both back; the proposal is no step of its own', async () => {
  const { app, records, boxB } = await boxedProject()
  const project = app.project.get()!
  project.undo() // status
  expect(project.undoLabel()).toBe('Draw box')
  project.undo()
  expect(records().get(boxB)).toBeUndefined()
  expect(app.review.queue()).toHaveLength(1)
  project.redo()
  expect(currentMaskOf(records(), boxB)?.areaPx).toBe(120)
})

test('accept is one step and leaves the queue; undo brings the item back', async () => {
  const { app, records } = await boxedProject()
  const item = app.review.queue()[0]!
  app.review.accept(item)
  expect(decisionOf(records(), item.mask.id)?.verdict).toBe('accepted')
  expect(app.review.queue().map((entry) => entry.key)).not.toContain(item.key)
  app.project.get()!.undo()
  expect(app.review.queue().map((entry) => entry.key)).toContain(item.key)
})

test('training ends in drafts: only what differs reaches the queue, as job results that undo leaves alone', async () => {
  const { app, records, b } = await boxedProject()
  for (const item of app.review.queue()) app.review.accept(item)
  const runId = await app.training.start({ params: { epochs: 1, seed: 5 } })
  expect(records().get(runId!)).toMatchObject({ status: 'finished', seed: 5, backend: 'cpu', threshold: 0.5 })
  // The boxed spots agree with the accepted masks; the second spot of b was never boxed.
  expect(app.review.queue()).toMatchObject([
    { imageId: b.id, reason: 'foundByStudent', mask: { boundsPx: { x: 44, y: 40, width: 8, height: 8 } } },
  ])
  expect(app.project.get()!.undoLabel()).toBe('Accept mask')
  const series = await app.training.seriesOf(runId!)
  expect(series).toMatchObject({ stepLoss: [1, 0.5], epochs: [{ epoch: 0, correctedPixels: 3 }] })
})

test('export decodes to exactly the accepted pixels, and clean images are in the file', async () => {
  const { app, services } = await boxedProject()
  for (const item of app.review.queue()) app.review.accept(item)
  const report = await app.transfer.export('coco-rle', {}, { includeUnreviewed: false, includeUnseen: false })
  expect(report).toMatchObject({ maskCount: 2, cleanCount: 1, differingPixels: 0 })
  await app.transfer.save()
  const coco = JSON.parse(new TextDecoder().decode(services.saved[0]!.bytes)) as {
    images: { file_name: string }[]
    annotations: {
      id: number
      bbox: number[]
      area: number
      segmentation: { size: [number, number]; counts: string }
    }[]
  }
  expect(coco.images.map((image) => image.file_name)).toEqual(['a.png', 'b.png', 'clean.png'])
  const [first] = coco.annotations
  expect(first).toMatchObject({ id: 1, bbox: [20, 16, 12, 10], area: 120 })
  const rle = rleFromString(first!.segmentation.counts, { width: 64, height: 64 })
  expect(rle.counts.reduce((sum, run, i) => sum + (i % 2 === 1 ? run : 0), 0)).toBe(120)
})

test('an import shows a preview first and is one step', async () => {
  const { app, records, a } = await boxedProject()
  const file = rawFile(
    'boxes.json',
    JSON.stringify({
      images: [
        { id: 5, file_name: 'a.png', width: 64, height: 64 },
        { id: 6, file_name: 'nowhere.png', width: 64, height: 64 },
      ],
      categories: [{ id: 3, name: 'Pit' }],
      annotations: [
        { id: 9, image_id: 5, category_id: 3, bbox: [1, 2, 10, 12] },
        { id: 10, image_id: 5, category_id: 77, bbox: [1, 2, 10, 12] },
      ],
    }),
  )
  const preview = await app.transfer.previewAnnotations(file)
  expect(preview).toMatchObject({
    matchedImages: 1,
    unmatchedInFile: ['nowhere.png'],
    existingMarksOnMatched: 1,
    perClass: [{ name: 'Pit', boxes: 1, isNew: true }],
  })
  expect(preview.issues.some((issue) => issue.path.startsWith('annotations[1]'))).toBe(true)
  expect(records().ofImage('annotation', a.id)).toHaveLength(1)
  expect(await preview.apply('add')).toEqual({ boxes: 1, masks: 0 })
  expect(records().ofImage('annotation', a.id)).toHaveLength(2)
  app.project.get()!.undo()
  expect(records().ofImage('annotation', a.id)).toHaveLength(1)
  expect(records().ofType('class')).toHaveLength(1)
})

test('an import keeps original ids and unknown fields, and the export writes them back', async () => {
  const { app, services } = await boxedProject()
  const truth = {
    info: { year: 2020 },
    images: [{ id: 41, file_name: 'a.png', width: 64, height: 64, camera: 'left' }],
    categories: [{ id: 7, name: 'Scratch', supercategory: 'surface' }],
    annotations: [
      {
        id: 99,
        image_id: 41,
        category_id: 7,
        bbox: [0, 0, 4, 2],
        segmentation: [[0, 0, 4, 0, 4, 2, 0, 2]],
        track_id: 5,
      },
    ],
  }
  const preview = await app.transfer.previewAnnotations(rawFile('truth.json', JSON.stringify(truth)))
  await preview.apply('replace')
  await app.transfer.export('coco-rle', {}, { includeUnreviewed: false, includeUnseen: false })
  await app.transfer.save()
  const coco = JSON.parse(new TextDecoder().decode(services.saved[0]!.bytes))
  expect(coco).toMatchObject({
    info: { year: 2020 },
    categories: [{ id: 7, name: 'Scratch', supercategory: 'surface' }],
  })
  expect(coco.images[0]).toMatchObject({ id: 41, file_name: 'a.png', camera: 'left' })
  expect(coco.annotations[0]).toMatchObject({ id: 99, image_id: 41, category_id: 7, area: 8, track_id: 5 })
})

test('a project survives closing and opening: records, undoable document and view', async () => {
  const storage = createMemoryStorage({ now: () => '2026-01-01T00:00:00.000Z' })
  const { app, classId, records } = await openProject(fakeServices(storage))
  await app.images.add([picture('a.png', 64, 64, DARK), picture('b.png', 64, 64)])
  const second = records().ofType('image')[1]!
  app.images.goTo(second.id)
  app.session.setState({ stage: 'annotate', viewport: { scale: 2, x: 3, y: 4 } })
  const id = app.project.get()!.id
  await app.projects.close()
  expect(app.project.get()).toBeNull()
  await app.projects.open(id)
  expect(records().ofType('image')).toHaveLength(2)
  expect(records().get(classId)).toMatchObject({ name: 'Scratch' })
  expect(app.session.getState()).toMatchObject({
    imageId: second.id,
    stage: 'annotate',
    viewport: { scale: 2, x: 3, y: 4 },
  })
})

test('a run whose tab died before it was saved is settled at the next open, and nothing else is lost', async () => {
  const { app, workspace, records } = await boxedProject()
  const runId = (await app.training.start({ params: { epochs: 1 } }))!
  const run = records().get(runId)!
  workspace.transact('as if the tab had died', 'ledger', {
    put: [{ ...run, status: 'running' } as typeof run],
  })
  const id = app.project.get()!.id
  await app.projects.close()
  await app.projects.open(id)
  expect(records().get(runId)).toMatchObject({ status: 'failed' })
  expect(records().ofType('annotation')).toHaveLength(2)
  expect(app.notices.get().some((notice) => notice.title === 'A training run was interrupted')).toBe(true)
})

test('the sample has truth to evaluate against at once', async () => {
  const { app } = createApp(fakeServices())
  await app.projects.openSample()
  expect(app.evaluate.options()).toMatchObject({ hasTruth: true, runs: [] })
  expect(app.project.get()!.records.ofType('image').length).toBeGreaterThanOrEqual(24)
}, 60_000)

test('evaluating accepted masks against themselves is perfect; one class only is no obstacle', async () => {
  const { app } = await boxedProject()
  for (const item of app.review.queue()) app.review.accept(item)
  const report = await app.evaluate.run({ runId: null, against: 'reviewed', split: 'all' })
  expect(report).toMatchObject({ imageCount: 3, falseAlarmRate: 0 })
  // The source's definition adds 1e-12 to denominators.
  expect(report.binary.iou).toBeCloseTo(1, 9)
  expect(report.coco.ap).toBe(1)
})

test('a project file opens as an equal project', async () => {
  const { app, services, records } = await boxedProject()
  await app.projects.saveFile()
  const bytes = services.saved[0]!.bytes
  const before = records().ofType('mask').length
  const issues = await app.projects.openFile({
    path: 'x.zip',
    byteLength: bytes.length,
    bytes: async () => bytes,
  })
  expect(issues).toEqual([])
  expect(records().ofType('mask')).toHaveLength(before)
  expect(
    records()
      .ofType('image')
      .map((image) => image.fileName),
  ).toEqual(['a.png', 'b.png', 'clean.png'])
})

test('a checkpoint keeps the document as it was', async () => {
  const { app, records, workspace } = await boxedProject()
  await app.projects.checkpoint()
  const [snapshot] = records().ofType('snapshot')
  expect(snapshot).toMatchObject({ reason: 'manual' })
  const store = createProjectStore()
  store.applyUpdates([await workspace.services.storage.blobs.get(snapshot!.document)])
  expect(store.records.ofType('annotation')).toHaveLength(2)
})

test('merging classes moves everything and is one step', async () => {
  const { app, records, classId, boxA } = await boxedProject()
  const other = app.classes.add('Pit')
  app.classes.merge(classId, other)
  expect(records().get(boxA)).toMatchObject({ classId: other })
  expect(currentMaskOf(records(), boxA)).toMatchObject({ classId: other })
  app.project.get()!.undo()
  expect(records().get(boxA)).toMatchObject({ classId })
})
