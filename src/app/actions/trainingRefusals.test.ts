import { describe, expect, test } from 'vitest'
import { AppError } from '../../core/errors'
import { fakeServices } from '../__fakes__/fakeServices'
import { memory, trainableProject, type OpenedApp } from '../__fakes__/trainableProject'

describe('what cannot be trained on is told before anything starts', () => {
  const refused = async (
    prepare: (opened: OpenedApp & { classId: ReturnType<OpenedApp['app']['classes']['add']> }) => unknown,
  ) => {
    const opened = await trainableProject([])
    await prepare(opened)
    expect(await opened.app.training.start({})).toBeNull()
    expect(opened.trainer.runs).toHaveLength(0)
    expect(opened.records().ofType('run')).toHaveLength(0)
    return opened.app.notices.get().at(-1)!.message
  }

  test('no defect class', async () => {
    expect(await refused(({ app, classId }) => app.classes.remove(classId))).toBe('Add a defect class first.')
  })

  test('one image with a defect', async () => {
    const message = await refused(({ app, records }) => app.images.remove([records().ofType('image')[0]!.id]))
    expect(message).toBe('1 more boxed image needed outside the test split.')
  })

  test('all images clean', async () => {
    const message = await refused(({ app, records }) => {
      app.annotate.remove(
        records()
          .ofType('annotation')
          .map(({ id }) => id),
      )
      app.images.setStatus(
        records()
          .ofType('image')
          .map(({ id }) => id),
        'confirmedClean',
      )
    })
    expect(message).toBe('2 more boxed images needed outside the test split.')
  })

  test('all masks are ignore', async () => {
    const message = await refused(({ app }) => {
      for (const item of app.review.queue()) app.review.unsure(item)
    })
    expect(message).toBe('2 more boxed images needed outside the test split.')
  })

  test('labels of a class that was deleted teach nothing', async () => {
    const message = await refused(({ app, classId }) => {
      app.classes.add('Pit')
      app.classes.remove(classId)
    })
    expect(message).toBe('2 more boxed images needed outside the test split.')
  })
})

test('a backbone that is not here is named, and no run is left behind', async () => {
  const { features } = fakeServices()
  const describe_ = () => Promise.reject(new AppError('model/missing', 'the backbone "dinov2" is not here'))
  const { app, records } = await trainableProject([], memory(), {
    features: { ...features, describe: describe_ },
  })
  expect(await app.training.start({ backboneId: 'dinov2' })).toBeNull()
  expect(app.notices.get().at(-1)).toMatchObject({
    code: 'model/missing',
    message: expect.stringContaining('dinov2') as unknown,
  })
  expect(records().ofType('run')).toEqual([])
  expect(app.training.live.get()).toBeNull()
})
