import { describe, expect, test } from 'vitest'
import { sortedAs } from '../../domain/imageVerdict'
import { idOf, type ClassId, type ImageId, type PseudoMask } from '../../domain/records'
import { openProject, ROUGH_BOX, settled } from '../__fakes__/boxedProject'

async function opened(images = 4) {
  const project = await openProject(undefined, images)
  const ids = project
    .records()
    .ofType('image')
    .map((image) => image.id)
  const sorted = (id: ImageId) => {
    const image = project.records().get(id)
    if (image?.type !== 'image') throw new Error('no image')
    return sortedAs(project.records(), image)
  }
  const labels = (id: ImageId): ClassId[] =>
    project
      .records()
      .ofImage('imageLabel', id)
      .map((label) => label.classId)
  return { ...project, ids, sorted, labels, undo: () => project.app.project.get()!.undo() }
}

describe('one key, one verdict', () => {
  test('each verdict is one step that names it, and undo takes it back whole', async () => {
    const { app, ids, sorted, labels, classId, undo } = await opened()
    app.images.sort([ids[0]!], { kind: 'clean' })
    expect(app.project.get()!.undoLabel()).toBe('Sort image as clean')
    app.images.sort([ids[1]!], { kind: 'defective', classId })
    expect(app.project.get()!.undoLabel()).toBe('Sort image as Scratch')
    app.images.sort([ids[2]!, ids[3]!], { kind: 'skip' })
    expect(app.project.get()!.undoLabel()).toBe('Skip 2 images')
    expect(ids.map((id) => sorted(id).kind)).toEqual(['clean', 'defective', 'skipped', 'skipped'])

    undo()
    undo()
    expect(labels(ids[1]!)).toEqual([])
    expect(ids.map((id) => sorted(id).kind)).toEqual(['clean', 'unsorted', 'unsorted', 'unsorted'])
  })

  test('sorting again replaces the former verdict', async () => {
    const { app, ids, sorted, labels, classId } = await opened(1)
    const pit = app.classes.add('Pit')
    const id = ids[0]!
    app.images.sort([id], { kind: 'defective', classId })
    app.images.sort([id], { kind: 'defective', classId: pit })
    expect(labels(id)).toEqual([pit])
    app.images.sort([id], { kind: 'clean' })
    expect(labels(id)).toEqual([])
    expect(sorted(id)).toEqual({ kind: 'clean' })
    app.images.sort([id], { kind: 'defective', classId })
    expect(sorted(id)).toEqual({ kind: 'defective', classIds: [classId] })
  })

  test('saying again what is said already is no step to undo', async () => {
    const { app, ids } = await opened(1)
    app.images.sort([ids[0]!], { kind: 'clean' })
    const version = app.project.get()!.version()
    expect(app.images.sort([ids[0]!], { kind: 'clean' })).toEqual([ids[0]])
    expect(app.project.get()!.version()).toBe(version)
  })

  test('an image with a box is not clean: it is refused with a notice, the others go on', async () => {
    const { app, ids, sorted, classId } = await opened(2)
    app.annotate.addBox(ids[0]!, ROUGH_BOX, classId)
    await settled(app)
    expect(app.images.sort(ids, { kind: 'clean' })).toEqual([ids[1]])
    expect(sorted(ids[0]!).kind).toBe('defective')
    expect(app.notices.get().at(-1)).toMatchObject({ kind: 'warning', title: 'This image is not clean' })
  })
})

describe('defective without a class', () => {
  test('takes the only class of the project', async () => {
    const { app, ids, labels, classId } = await opened(1)
    app.images.sort(ids, { kind: 'defective', classId: null })
    expect(labels(ids[0]!)).toEqual([classId])
  })

  test('makes a class "defect" in the same step when there is none', async () => {
    const { app, ids, labels, classId, records, undo } = await opened(1)
    app.classes.remove(classId)
    app.images.sort(ids, { kind: 'defective', classId: null })
    const made = records().ofType('class')[0]!
    expect(made.name).toBe('defect')
    expect(labels(ids[0]!)).toEqual([made.id])
    expect(records().ofType('project')[0]!.classOrder).toEqual([made.id])
    undo()
    expect(records().ofType('class')).toEqual([])
    expect(labels(ids[0]!)).toEqual([])
  })

  test('with several classes it keeps the one that an image has, and asks for the others', async () => {
    const { app, ids, classId } = await opened(2)
    app.classes.add('Pit')
    app.images.sort([ids[0]!], { kind: 'defective', classId })
    expect(app.images.sort(ids, { kind: 'defective', classId: null })).toEqual([ids[0]])
    expect(app.notices.get().at(-1)?.title).toBe('Which defect is it?')
  })
})

test('progress counts every image once, and tells the pace from the third on', async () => {
  const { app, workspace, ids, classId } = await opened(4)
  // Each asking of the fake clock takes a millisecond.
  const wait = (ms: number): void => {
    for (let i = 0; i < ms; i++) workspace.services.clock.now()
  }
  const verdicts = [{ kind: 'clean' }, { kind: 'defective', classId }, { kind: 'skip' }] as const
  verdicts.forEach((verdict, i) => {
    wait(300)
    app.images.sort([ids[i]!], verdict)
  })
  expect(app.images.sortProgress()).toMatchObject({
    clean: 1,
    defective: 1,
    perClass: new Map([[classId, 1]]),
    skipped: 1,
    left: 1,
    secondsPerImage: null,
  })
  // A coffee counts as 5 s at most: (0.3 + 0.3 + 5) s for three images.
  wait(9000)
  app.images.sort([ids[3]!], { kind: 'clean' })
  expect(app.images.sortProgress().secondsPerImage).toBeCloseTo(5.6 / 3)
})

test('accepting what the model found on a clean image takes it back to work, rejecting keeps it clean', async () => {
  const { app, workspace, ids, sorted, classId } = await opened(2)
  const tagRunId = idOf('tagRun', 'r')
  app.images.sort(ids, { kind: 'clean' })
  const fires = (name: string, imageId: ImageId): PseudoMask => ({
    id: idOf('mask', name),
    type: 'mask',
    role: 'defect',
    imageId,
    classId,
    annotationId: null,
    pixels: 'x' as PseudoMask['pixels'],
    areaPx: 4,
    boundsPx: { x: 0, y: 0, width: 2, height: 2 },
    isUnresolved: false,
    quality: { predictedIou: null, stability: null, tightness: null },
    provenance: {
      kind: 'cam',
      tagRunId,
      round: 1,
      threshold: 0.4,
      meanActivation: 0.8,
      isLowConfidence: false,
    },
    createdAt: '2026-01-01T00:00:00.000Z',
    foreign: null,
  })
  workspace.transact('Masks from labels', 'job', { put: [fires('a', ids[0]!), fires('b', ids[1]!)] })
  workspace.transact('Settings', 'ledger', { put: [{ ...workspace.settings(), activeTagRunId: tagRunId }] })

  const [first, second] = app.review.queue()
  expect([first?.reason, second?.reason]).toEqual(['firesOnClean', 'firesOnClean'])
  app.review.accept(first!)
  app.review.reject(second!, 'notADefect', null)
  expect(sorted(first!.imageId)).toEqual({ kind: 'defective', classIds: [classId] })
  expect(sorted(second!.imageId)).toEqual({ kind: 'clean' })
  expect(app.review.queue()).toEqual([])
})

test('the grid can be ordered by what the active classifier says, unscored images last', async () => {
  const { app, workspace, ids } = await opened(3)
  const tagRunId = idOf('tagRun', 'r')
  const score = (imageId: ImageId, value: number, run = tagRunId) => ({
    id: idOf('tagScore', `${imageId}-${run}`),
    type: 'tagScore' as const,
    imageId,
    tagRunId: run,
    score: value,
  })
  workspace.transact('Scores', 'ledger', {
    put: [score(ids[1]!, 0.2), score(ids[2]!, 0.9), score(ids[0]!, 1, idOf('tagRun', 'old'))],
  })
  workspace.transact('Settings', 'ledger', { put: [{ ...workspace.settings(), activeTagRunId: tagRunId }] })
  const { filter } = app.session.getState()
  app.session.setState({ filter: { ...filter, sort: 'score' } })
  expect(app.images.visible()).toEqual([ids[2], ids[1], ids[0]])
})
