import { expect, test } from 'vitest'
import { decisionOf, isShownTagMask } from '../../domain/live'
import type { ImageRecord, PseudoMask, TagRun, TrainingRun } from '../../domain/records'
import type { ModelInfo } from '../../formats/modelInfo'
import type { PickedFile } from '../../ports/files'
import type { Segmenter } from '../../ports/segmenter'
import { settled } from '../__fakes__/boxedProject'
import { fakeClassifier } from '../__fakes__/fakeClassifier'
import { fakeSegmenter } from '../__fakes__/fakeSegmenter'
import { fakeServices, picture } from '../__fakes__/fakeServices'
import { createApp } from '../createApp'

/** The fake classifier sees dark pixels; the names say how an image is labelled. */
const DARK: readonly [number, number, number, number] = [24, 20, 12, 10]
const PICTURES = [
  picture('bad-1.png', 64, 64, DARK),
  picture('bad-2.png', 64, 64, [40, 40, 10, 8]),
  picture('clean-1.png', 64, 64),
  picture('clean-2.png', 64, 64),
]

async function labelled(pictures: readonly PickedFile[] = PICTURES, segmenter: Segmenter = fakeSegmenter()) {
  const services = { ...fakeServices(), classifier: fakeClassifier(), segmenter }
  const { app, workspace } = createApp(services)
  await app.projects.create('Labels')
  await app.images.add(pictures)
  const images = (start: string): ImageRecord[] =>
    workspace
      .records()
      .ofType('image')
      .filter(({ fileName }) => fileName.startsWith(start))
  const ids = (start: string) => images(start).map(({ id }) => id)
  app.images.sort(ids('bad'), { kind: 'defective', classId: null })
  app.images.sort(ids('clean'), { kind: 'clean' })
  const tags = await app.loadTags()
  const shown = (): PseudoMask[] =>
    workspace
      .records()
      .ofType('mask')
      .filter((mask) => isShownTagMask(workspace.records(), mask))
  const notices = (): string[] => app.notices.get().map(({ title }) => title)
  return { app, workspace, services, tags, images, shown, notices }
}

const PLAIN = { params: { inpainting: false, foreground: 0.3 } }

test('labels become masks where the classifier sees the defect, one undecided mask for each, and every image a score', async () => {
  const { app, workspace, tags, images, shown, services } = await labelled()
  const id = await tags.generate(PLAIN)
  const run = workspace.records().get(id!) as TagRun
  expect(run).toMatchObject({ status: 'finished', round: 1, trainingAp: 1 })
  expect(run.trainImageIds).toHaveLength(4)
  expect(workspace.settings().activeTagRunId).toBe(id)
  expect(shown().map(({ imageId }) => imageId)).toEqual(images('bad').map((image) => image.id))
  // Inside the dark rectangle, a cell of slack.
  const { boundsPx } = shown()[0]!
  expect(boundsPx.x).toBeGreaterThanOrEqual(DARK[0] - 4)
  expect(boundsPx.x + boundsPx.width).toBeLessThanOrEqual(DARK[0] + DARK[2] + 4)
  expect(app.review.queue().map(({ reason }) => reason)).toEqual(['fromTags', 'fromTags'])
  const scores = workspace.records().ofType('tagScore')
  expect(scores.map(({ score }) => score)).toEqual(
    [0.9, 0.9, 0.1, 0.1].map((value) => expect.closeTo(value, 5) as number),
  )
  expect(services.classifier.cropsAskedFor()).toBe(1)
  expect((await tags.logOf(id!))!.epochs).toHaveLength(1)
})

test('every rule of masks and every way to look gives masks', async () => {
  for (const params of [
    { maskFrom: 'threshold', camScales: 'three' },
    { maskFrom: 'crf', camFlip: false },
    { maskFrom: 'contrast', camMethod: 'zoom' },
    { maskFrom: 'contrast', inpainting: true, polarity: 'dark' },
    { maskFrom: 'prompts' },
    { maskFrom: 'mixed' },
    { maskFrom: 'threshold', inpainting: true, registered: true },
  ]) {
    const { tags, shown } = await labelled()
    expect(await tags.generate({ params })).not.toBeNull()
    expect(shown().length).toBeGreaterThanOrEqual(2)
  }
})

test('a segmenter that is not here is told before anything starts, and only to a rule that asks one', async () => {
  const { tags, shown, notices } = await labelled(PICTURES, fakeServices().segmenter)
  expect(await tags.generate({ params: { maskFrom: 'prompts' } })).toBeNull()
  expect(notices()).toContain('Masks from image labels failed')
  expect(await tags.generate({ params: { maskFrom: 'threshold' } })).not.toBeNull()
  expect(shown()).toHaveLength(2)
})

test('a clean image where the classifier fires is asked about, and nothing is added by itself', async () => {
  const { app, tags, images, workspace, shown } = await labelled([
    ...PICTURES,
    picture('clean-but-dark.png', 64, 64, DARK),
  ])
  await tags.generate(PLAIN)
  const [asked] = app.review.queue().filter(({ reason }) => reason === 'firesOnClean')
  const [image] = images('clean-but-dark')
  expect(asked!.imageId).toBe(image!.id)
  expect(app.training.summary().confirmedClean).toBe(3)
  app.review.accept(asked!)
  expect(workspace.image(image!.id).status).toBe('inProgress')
  expect(shown().some(({ imageId }) => imageId === image!.id)).toBe(false)
})

test('boxes win: a boxed class gets no mask from its label, and steps back where one comes later', async () => {
  const { app, workspace, tags, images, shown } = await labelled()
  const [first, second] = images('bad')
  const { id: classId } = workspace.records().ofType('class')[0]!
  app.annotate.addBox(first!.id, { x: 20, y: 16, width: 20, height: 18 }, classId)
  await tags.generate(PLAIN)
  expect(shown().map(({ imageId }) => imageId)).toEqual([second!.id])
  app.annotate.addBox(second!.id, { x: 36, y: 36, width: 20, height: 18 }, classId)
  expect(shown()).toEqual([])
})

test('a labelled image in which the classifier sees nothing gets no mask, and a notice names it', async () => {
  const { tags, app, shown, notices } = await labelled([...PICTURES, picture('bad-unseen.png', 64, 64)])
  await tags.generate(PLAIN)
  expect(shown()).toHaveLength(2)
  expect(notices()).toContain('Nothing to see in 1 labelled image')
  expect(app.notices.get().find(({ title }) => title.startsWith('Nothing'))!.message).toContain(
    'bad-unseen.png',
  )
})

test('a defect that covers more than half is not extended, and a notice says what that means', async () => {
  const { tags, notices, shown } = await labelled([
    ...PICTURES,
    picture('bad-huge.png', 64, 64, [0, 0, 64, 50]),
  ])
  await tags.generate({ params: { inpainting: true, maskFrom: 'threshold' } })
  expect(notices()).toContain('What is seen in 1 labelled image is too large to paint over')
  expect(shown().length).toBeGreaterThanOrEqual(3)
})

test('a classifier that fails on its own training images, or on validation, is told of', async () => {
  const { tags, services, notices } = await labelled()
  services.classifier.trainedWith({ trainingAp: 0.6 })
  await tags.generate(PLAIN)
  expect(notices()).toContain('The classifier fails on its own training images')
  services.classifier.trainedWith({ trainingAp: 1, validationAp: 0.5 })
  await tags.generate(PLAIN)
  expect(notices()).toContain('The classifier does not carry over to the validation images')
})

test.each([
  ['no clean images', 'bad', 'never saw a clean part'],
  ['no defective images', 'clean', 'nothing to learn'],
])('%s: nothing starts, the notice says why', async (_name, kept, words) => {
  const { tags, app } = await labelled(PICTURES.filter(({ path }) => path.startsWith(kept)))
  expect(await tags.generate(PLAIN)).toBeNull()
  expect(app.notices.get().at(-1)!.message).toContain(words)
})

test('one unreadable picture costs itself only', async () => {
  const { app, workspace, tags, images, shown } = await labelled()
  const [first] = images('bad')
  await workspace.services.storage.blobs.delete(first!.pixels)
  workspace.pictures.clear()
  app.images.sort([first!.id], { kind: 'skip' })
  app.images.setSplit([first!.id], 'test')
  app.images.setStatus([first!.id], 'inProgress')
  app.images.toggleLabel([first!.id], workspace.project().classOrder[0]!)
  expect(await tags.generate(PLAIN)).not.toBeNull()
  expect(shown()).toHaveLength(1)
  expect(app.notices.get().some(({ title }) => title === 'No mask for bad-1.png')).toBe(true)
})

test('cancel keeps the masks made so far and the run as cancelled', async () => {
  const { app, workspace, tags, shown } = await labelled()
  tags.live.subscribe(() => {
    if (tags.live.get()?.phase === 'masks' && tags.live.get()!.done === 1) tags.cancel()
  })
  expect(await tags.generate(PLAIN)).toBeNull()
  expect(workspace.records().ofType('tagRun')[0]!.status).toBe('cancelled')
  expect(shown()).toHaveLength(1)
  expect(app.jobs.running.get()).toEqual([])
})

test('masks of another run are out of sight; a run’s undecided masks can be removed, and undo brings them back', async () => {
  const { app, tags, shown } = await labelled()
  const first = await tags.generate(PLAIN)
  const second = await tags.generate(PLAIN)
  expect(shown().every(({ provenance }) => provenance.kind === 'cam' && provenance.tagRunId === second)).toBe(
    true,
  )
  tags.activate(first!)
  expect(shown().every(({ provenance }) => provenance.kind === 'cam' && provenance.tagRunId === first)).toBe(
    true,
  )
  tags.removeMasks(first!)
  expect(shown()).toEqual([])
  app.project.get()!.undo()
  expect(shown()).toHaveLength(2)
})

test('the whole recipe: masks, student, masks of the additional round, student, scored by its highest 0.1 %', async () => {
  const { workspace, tags, shown } = await labelled()
  const id = await tags.trainRecipe(PLAIN, { params: { epochs: 1 } })
  const run = workspace.records().get(id!) as TrainingRun
  expect(run).toMatchObject({ recipe: 'cam', status: 'finished' })
  const runs = workspace.records().ofType('tagRun')
  expect(runs.map(({ round }) => round)).toEqual([1, 2])
  expect(runs[1]).toMatchObject({ studentRunId: workspace.records().ofType('run')[0]!.id })
  expect(shown().map(({ provenance }) => provenance.kind === 'cam' && provenance.round)).toEqual([2, 2])
  const bytes = await workspace.services.storage.blobs.get(run.modelInfo!)
  const info = JSON.parse(new TextDecoder().decode(bytes)) as ModelInfo
  expect(info.imageScoreShare).toBe(0.001)
})

test('a student of masks from labels alone is of the recipe cam, one with boxes besides is not', async () => {
  const { app, workspace, tags, images } = await labelled()
  await tags.generate(PLAIN)
  const recipeOf = async (): Promise<unknown> => {
    const id = await app.training.start({ params: { epochs: 1 } })
    return (workspace.records().get(id!) as TrainingRun).recipe
  }
  expect(await recipeOf()).toBe('cam')
  const classId = workspace.project().classOrder[0]!
  app.propose.chooseGenerator('otsu', {})
  app.annotate.addBox(images('bad')[0]!.id, { x: 20, y: 16, width: 20, height: 18 }, classId)
  await settled(app)
  expect(await recipeOf()).toBe('box')
})

test('a person can watch the inpainting extension, round by round, to its end', async () => {
  const { workspace, tags, images } = await labelled()
  const id = await tags.generate(PLAIN)
  const rounds: { score: number; ended: string | null; painted: number }[] = []
  await tags.watch(
    id!,
    images('bad')[0]!.id,
    workspace.project().classOrder[0]!,
    ({ score, ended, mask }) =>
      rounds.push({ score, ended, painted: mask.data.reduce((sum, bit) => sum + bit, 0) }),
    new AbortController().signal,
  )
  expect(rounds[0]).toMatchObject({ score: expect.closeTo(0.9, 5) as number, ended: null })
  expect(rounds[0]!.painted).toBeGreaterThan(DARK[2] * DARK[3] - 1)
  // Painted over, nothing dark is left.
  expect(rounds.at(-1)).toMatchObject({ ended: 'What is left no longer looks defective.' })
  expect(decisionOf(workspace.records(), workspace.records().ofType('mask')[0]!.id)).toBeNull()
})
