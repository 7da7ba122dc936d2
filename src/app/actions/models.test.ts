import { expect, test } from 'vitest'
import { AppError } from '../../core/errors'
import { SETTINGS_ID } from '../../domain/records'
import type { JobOptions } from '../../core/job'
import { fakeModel, fakeModels, fakeServices, rawFile } from '../__fakes__/fakeServices'
import { createApp } from '../createApp'
import type { ModelLibrary } from '../../ports/modelLibrary'

async function openProject(models: Partial<ModelLibrary> = {}) {
  const services = { ...fakeServices(), models: fakeModels(models) }
  const { app } = createApp(services)
  await app.projects.create('Line 3')
  return { app, services }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))

test('the model in use is a setting of the project, and no step to undo', async () => {
  const { app } = await openProject()
  expect(app.models.inUse()).toBe('embedded')
  app.models.use('small')
  expect(app.models.inUse()).toBe('small')
  expect(app.project.get()!.records.get(SETTINGS_ID)).toMatchObject({ segmenterModelId: 'small' })
  expect(app.project.get()!.undoLabel()).toBeNull()
})

test('a download shows its bytes in the job and at the model, and its pace leaves out what was there', async () => {
  let finish = (): void => undefined
  let report: JobOptions['onProgress'] = () => undefined
  const { app, services } = await openProject({
    download: (_, { onProgress }) => {
      report = onProgress
      return new Promise((resolve) => {
        finish = resolve
      })
    },
  })
  const running = app.models.download('small')
  report({ done: 600, total: 1000, note: 'enc.onnx', unit: 'bytes' })
  for (let i = 0; i < 100; i++) services.clock.now()
  report({ done: 800, total: 1000, note: 'enc.onnx', unit: 'bytes' })
  const work = app.models.working.get().get('small')!
  expect(work).toMatchObject({ kind: 'downloading', progress: { done: 800, total: 1000 } })
  // 200 bytes took the time so far, 200 are left: as long again. With the 600 that were there it would be a quarter.
  expect(work.secondsLeft! * 1000).toBeCloseTo(100, -1)
  expect(app.jobs.running.get()[0]).toMatchObject({ progress: { done: 800, unit: 'bytes' } })
  finish()
  await running
  expect(app.models.working.get().size).toBe(0)
  expect(app.jobs.running.get()).toEqual([])
})

test('cancel ends the download silently; a second request meanwhile does nothing', async () => {
  let calls = 0
  const { app } = await openProject({
    download: (_, { signal }) => {
      calls++
      return aborted(signal)
    },
  })
  const running = app.models.download('small')
  await app.models.download('small')
  expect(calls).toBe(1)
  app.models.cancel('small')
  await running
  expect(app.notices.get()).toEqual([])
})

test('refused files become a notice with code and reason, and no entry', async () => {
  const { app } = await openProject({
    addFiles: () => Promise.reject(new AppError('model/incompatible', 'dec.onnx is empty')),
  })
  expect(await app.models.addFiles([rawFile('dec.onnx', '')])).toBeNull()
  expect(app.notices.get()).toMatchObject([{ code: 'model/incompatible', message: 'dec.onnx is empty' }])
})

test('trying again takes the former message away', async () => {
  let attempt = 0
  const { app } = await openProject({
    download: () => Promise.reject(new AppError('model/unreachable', `attempt ${++attempt}`)),
  })
  await app.models.download('small')
  await app.models.download('small')
  expect(app.notices.get().map((notice) => notice.message)).toEqual(['attempt 2'])
})

test('verify tells both outcomes', async () => {
  const { app } = await openProject({
    verify: (id) => Promise.resolve(fakeModel({ id, state: id === 'small' ? 'ready' : 'damaged' })),
  })
  await app.models.verify('small')
  await app.models.verify('other')
  expect(app.notices.get().map(({ kind, title }) => [kind, title])).toEqual([
    ['success', 'Small is intact'],
    ['error', 'Small is damaged'],
  ])
})

test('a project whose model is not on this computer says so when it opens, and keeps naming it', async () => {
  const { app } = await openProject()
  const { id } = app.project.get()!
  app.models.use('files:0123456789ab')
  await app.projects.close()
  await app.projects.open(id)
  await expect
    .poll(() => app.notices.get().map((notice) => notice.title))
    .toContain('The model of this project is not on this computer')
  expect(app.models.inUse()).toBe('files:0123456789ab')
})

test('a project whose model is here, or embedded, opens without a word', async () => {
  const { app } = await openProject({
    entries: { get: () => [fakeModel({ state: 'ready' })], subscribe: () => () => undefined },
    refresh: () => Promise.resolve(),
  })
  const { id } = app.project.get()!
  app.models.use('small')
  await app.projects.close()
  await app.projects.open(id)
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(app.notices.get()).toEqual([])
})
