import { expect, test } from 'vitest'
import { AppError } from '../../core/errors'
import { SETTINGS_ID, type TrainingRun } from '../../domain/records'
import type { TrainingSpec } from '../../ml/training'
import type { FeatureExtractor } from '../../ports/featureExtractor'
import { settled } from '../__fakes__/boxedProject'
import { fakeServices, picture } from '../__fakes__/fakeServices'
import { createApp } from '../createApp'

const NET = {
  id: 'net',
  title: 'Net',
  kind: 'pyramid',
  hash: 'a'.repeat(64),
  levels: [{ stride: 4, channels: 2 }],
  multipleOf: 48,
  source: 'a file',
  tensors: {
    image: 'image',
    preparation: { kind: 'channels', mean: [0, 0, 0], std: [1, 1, 1] },
    zeros: [],
    levels: [{ output: 'feat4', stride: 4, channels: 2, layout: 'map' }],
    tokenNorm: null,
  },
} as const

/** A project with a boxed picture, ready to train, and a library whose backbone `net` may be taken away. */
async function openProject(
  overrides: Partial<FeatureExtractor> = {},
  onTraining: (spec: TrainingSpec) => void = () => {},
) {
  const library = { hasNet: true, hash: NET.hash, asked: [] as string[] }
  const services = fakeServices()
  const describe: FeatureExtractor['describe'] = async (id) => {
    if (id === 'embedded') return services.features.describe(id)
    if (id !== 'net' || !library.hasNet)
      throw new AppError('model/missing', `the backbone "${id}" is not on this computer`)
    return { ...NET, hash: library.hash }
  }
  const { app } = createApp({
    ...services,
    trainer: {
      ...services.trainer,
      start: (spec, ...rest) => {
        onTraining(spec)
        return services.trainer.start(spec, ...rest)
      },
    },
    features: {
      ...services.features,
      describe,
      extract: async (id, ...rest) => {
        library.asked.push(id)
        await describe(id)
        return services.features.extract(id, ...rest)
      },
      ...overrides,
    },
  })
  await app.projects.create('Line 3')
  await app.images.add([
    picture('a.png', 64, 64, [20, 16, 12, 10]),
    picture('b.png', 64, 64, [20, 16, 12, 10]),
  ])
  const classId = app.classes.add('scratch')!
  const [image, other] = app.project.get()!.records.ofType('image')
  app.propose.chooseGenerator('otsu', {})
  for (const each of [image!, other!])
    app.annotate.addBox(each.id, { x: 17, y: 13, width: 18, height: 16 }, classId)
  await app.propose.all({ redo: false })
  await settled(app)
  const runs = (): readonly TrainingRun[] => app.project.get()!.records.ofType('run')
  return { app, library, runs }
}

test('the recipe is a setting of the project, remembered with the run, and no step to undo', async () => {
  const { app } = await openProject()
  expect(app.training.recipe()).toEqual({ studentId: 'light', backboneId: 'embedded' })
  const label = app.project.get()!.undoLabel()
  app.training.chooseRecipe({ studentId: 'light', backboneId: 'net' })
  expect(app.project.get()!.records.get(SETTINGS_ID)).toMatchObject({ studentId: 'light', backboneId: 'net' })
  expect(app.project.get()!.undoLabel()).toBe(label)
  app.training.chooseRecipe({ studentId: 'light', backboneId: 'embedded' })
  expect(await app.training.start({ studentId: 'light', backboneId: 'net' })).not.toBeNull()
  expect(app.training.recipe()).toEqual({ studentId: 'light', backboneId: 'net' })
})

test('a run on a backbone of the library asks it, and its model names it', async () => {
  const { app, library, runs } = await openProject()
  const id = await app.training.start({ backboneId: 'net', params: { flips: 'none' } })
  expect(id).not.toBeNull()
  expect(new Set(library.asked)).toEqual(new Set(['net']))
  expect(runs()[0]).toMatchObject({ status: 'finished', backbone: { id: 'net', hash: NET.hash } })
})

test('a student that tunes its backbone gets the file and no features, and its model takes the pixels only', async () => {
  const tokens = { ...NET, kind: 'tokens', multipleOf: 14 } as const
  const file = Uint8Array.of(1, 2, 3)
  const specs: TrainingSpec[] = []
  const { app, library, runs } = await openProject(
    { describe: async () => tokens, weights: async () => file },
    (spec) => specs.push(spec),
  )
  const request = { studentId: 'dino-boxes2pixels', backboneId: 'net' }
  await app.training.start({ ...request, params: { bitfit: true } })
  expect(specs[0]).toMatchObject({ levels: [], backboneWeights: file })
  expect(library.asked).toEqual([])
  expect(runs()[0]).toMatchObject({ status: 'finished', backbone: { id: 'net' } })
  expect(await app.training.draft(runs()[0]!.id)).toBeGreaterThanOrEqual(0)
  expect(library.asked).toEqual([])
  await app.training.start({ ...request, params: { bitfit: false } })
  expect(specs[1]).toMatchObject({ levels: NET.levels, backboneWeights: null })
  expect(new Set(library.asked)).toEqual(new Set(['net']))
})

test('a backbone that is not here: no run, and a message that names it', async () => {
  const { app, library, runs } = await openProject()
  library.hasNet = false
  expect(await app.training.start({ backboneId: 'net' })).toBeNull()
  expect(runs()).toEqual([])
  expect(app.notices.get().at(-1)).toMatchObject({
    kind: 'error',
    message: expect.stringContaining('the backbone "net" is not on this computer') as string,
  })
})

test('drafts of a run whose backbone was removed, or is another one now, are refused by its name', async () => {
  const { app, library, runs } = await openProject()
  await app.training.start({ backboneId: 'net' })
  const run = runs()[0]!
  library.hasNet = false
  expect(await app.training.draft(run.id)).toBe(0)
  expect(app.notices.get().at(-1)!.message).toContain('the backbone "net" is not on this computer')
  library.hasNet = true
  library.hash = 'b'.repeat(64)
  expect(await app.training.draft(run.id)).toBe(0)
  expect(app.notices.get().at(-1)!.message).toContain(
    'was trained on features of backbone "net" (SHA-256 aaaaaaaaaaaa…)',
  )
})

test('features that found no room: the training goes on, and it is said', async () => {
  const { app, runs } = await openProject({
    cacheState: async () => ({ bytes: 0, otherBytes: 0, limitBytes: 2e9, hasRoom: false }),
  })
  expect(await app.training.start({})).not.toBeNull()
  expect(runs()[0]!.status).toBe('finished')
  expect(app.notices.get().map(({ title }) => title)).toContain('Features are not kept')
})

test('values that are no numbers end the run with their cause; the former model stays active', async () => {
  let isBroken = false
  const services = fakeServices()
  const { app, runs } = await openProject({
    extract: async (...call) => {
      if (isBroken) throw new AppError('model/bad-output', 'the backbone gave NaN in "feat4"')
      return services.features.extract(...call)
    },
  })
  const good = await app.training.start({})
  isBroken = true
  expect(await app.training.start({})).toBeNull()
  expect(runs().find((run) => run.id !== good)).toMatchObject({
    status: 'failed',
    failure: 'the backbone gave NaN in "feat4"',
  })
  expect(app.project.get()!.records.get(SETTINGS_ID)).toMatchObject({ activeRunId: good })
})
