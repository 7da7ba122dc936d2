import { expect, test } from 'vitest'
import { createMemoryStorage } from '../storage/memory'
import { fakeServices, picture, rawFile } from './__fakes__/fakeServices'
import { createApp } from './createApp'

async function opened(...names: string[]) {
  const services = fakeServices(createMemoryStorage({ now: () => '2026-01-01T00:00:00.000Z' }))
  const { app } = createApp(services)
  await app.projects.create('Line 3')
  await app.images.add(names.map((name) => picture(name, 16, 16)))
  const records = () => app.project.get()!.records
  const idOfFile = (name: string) =>
    records()
      .ofType('image')
      .find((image) => image.fileName === name)!.id
  const preview = (text: string, name = 'labels.json') => app.images.previewLabels(rawFile(name, text))
  const saved = (): string => new TextDecoder().decode(services.saved.at(-1)!.bytes)
  return { app, records, idOfFile, preview, saved }
}

test('the preview counts and changes nothing; applying is one step', async () => {
  const { app, preview, records } = await opened('a.png', 'b.png', 'c.png', 'd.png')
  const scratch = app.classes.add('scratch')
  const file = await preview('{"a.png": [], "b.png": ["scratch"], "c.png": ["scratch", "pit"]}')
  expect(file).toMatchObject({
    clean: 1,
    defective: 2,
    perClass: [
      { name: 'scratch', images: 2, isNew: false },
      { name: 'pit', images: 1, isNew: true },
    ],
    unchanged: 0,
    replaced: 0,
    unmatchedInProject: 1,
    issues: [{ severity: 'warning', path: 'pit' }],
  })
  expect(records().ofType('imageLabel')).toEqual([])

  expect(file.apply()).toBe(3)
  expect(app.images.sortProgress()).toMatchObject({ clean: 1, defective: 2, left: 1 })
  expect(app.images.sortProgress().perClass.get(scratch)).toBe(2)
  expect(
    records()
      .ofType('imageLabel')
      .every((label) => label.source === 'import'),
  ).toBe(true)
  app.project.get()!.undo()
  expect(app.images.sortProgress()).toMatchObject({ clean: 0, defective: 0, left: 4 })
  expect(
    records()
      .ofType('class')
      .map((one) => one.name),
  ).toEqual(['scratch'])
})

test('unknown pictures, and pictures that could be several, are told and left alone', async () => {
  const { preview } = await opened('x/a.png', 'y/a.png', 'b.png')
  const file = await preview('{"a.png": [], "nowhere.png": [], "folder/b.png": []}')
  expect(file).toMatchObject({ clean: 1, defective: 0, unmatchedInProject: 2 })
  expect(file.issues.map(({ path, severity }) => [path, severity])).toEqual([
    ['a.png', 'warning'],
    ['nowhere.png', 'warning'],
  ])
  expect(file.issues[0]?.message).toContain('several pictures')
})

test('clean in the file but marked in the project is refused for that picture', async () => {
  const { app, preview, idOfFile } = await opened('a.png', 'b.png')
  const classId = app.classes.add('scratch')
  app.annotate.addBox(idOfFile('a.png'), { x: 2, y: 2, width: 6, height: 6 }, classId)
  const file = await preview('{"a.png": [], "b.png": []}')
  expect(file).toMatchObject({ clean: 1, issues: [{ severity: 'error', path: 'a.png' }] })
})

test('a verdict that stands is counted as replaced, the same one as unchanged', async () => {
  const { app, preview, idOfFile } = await opened('a.png', 'b.png')
  app.images.sort([idOfFile('a.png'), idOfFile('b.png')], { kind: 'clean' })
  expect(await preview('{"a.png": ["pit"], "b.png": []}')).toMatchObject({
    defective: 1,
    clean: 0,
    replaced: 1,
    unchanged: 1,
  })
})

test('CSV does the same', async () => {
  const { app, preview } = await opened('a.png', 'b.png')
  const file = await preview('file,label\na.png,pit\nb.png,\n', 'labels.csv')
  file.apply()
  expect(app.images.sortProgress()).toMatchObject({ clean: 1, defective: 1, left: 0 })
})

test('what is saved brings the same verdicts back; skipped and unsorted pictures are not in it', async () => {
  const first = await opened('a.png', 'b.png', 'c.png', 'd.png')
  const pit = first.app.classes.add('pit')
  first.app.images.sort([first.idOfFile('a.png')], { kind: 'clean' })
  first.app.images.sort([first.idOfFile('b.png')], { kind: 'defective', classId: pit })
  first.app.images.sort([first.idOfFile('c.png')], { kind: 'skip' })
  expect(await first.app.images.saveLabels()).toBe(2)
  expect(first.saved()).toBe('{\n  "a.png": [],\n  "b.png": ["pit"]\n}\n')

  const second = await opened('a.png', 'b.png', 'c.png', 'd.png')
  const file = await second.preview(first.saved())
  file.apply()
  await second.app.images.saveLabels()
  expect(second.saved()).toBe(first.saved())
})

test('nothing sorted gives a notice and no file', async () => {
  const { app } = await opened('a.png')
  expect(await app.images.saveLabels()).toBe(0)
  expect(app.notices.get().at(-1)?.title).toBe('No labels to save')
})
