import { expect, test } from 'vitest'
import type { TrainingRun } from '../../domain/records'
import { haloProject } from '../__fakes__/haloProject'
import { settingDifferences } from './settingDifferences'

/** The same student twice: run B is moved to a threshold that leaves the halo out. */
async function twoRuns() {
  const opened = await haloProject(3)
  const { app, runId, records, validation } = opened
  app.images.setSplit([validation[0]!.id], 'train')
  const secondId = (await app.training.start({ params: { epochs: 2 } }))!
  await app.runs.setThreshold(secondId, 0.75)
  const second = (): TrainingRun => records().get(secondId) as TrainingRun
  return { ...opened, a: runId, b: secondId, second }
}

test('settings that differ stand out, in the words of the form', async () => {
  const { run, second } = await twoRuns()
  const rows = settingDifferences(run(), second())
  expect(rows.filter((row) => !row.isEqual)).toEqual([
    { id: 'threshold', label: 'Threshold', a: '0.50', b: '0.75, by hand', isEqual: false },
    { id: 'epochs', label: 'Epochs', a: '1', b: '2', isEqual: false },
  ])
  expect(rows.find((row) => row.id === 'flips')).toMatchObject({ a: 'Horizontal', isEqual: true })
  expect(rows.find((row) => row.id === 'selfCorrection')).toMatchObject({ a: 'off', b: 'off' })
})

test('a setting that only one student has is missing in the other', async () => {
  const { run } = await twoRuns()
  const { channels: _channels, ...params } = run().params
  const [row] = settingDifferences(run(), { ...run(), params }).filter(({ isEqual }) => !isEqual)
  expect(row).toEqual({ id: 'channels', label: 'Channels', a: '48', b: null, isEqual: false })
})

test('images and masks that came between the snapshots are counted and named', async () => {
  const { app, a, b, validation } = await twoRuns()
  const { data } = await app.runs.compareMakeup(a, b)
  expect(data!.rows).toEqual([
    { id: 'images', label: 'Training images', a: 2, b: 3, added: 1, removed: 0 },
    { id: 'masks', label: 'Masks', a: 2, b: 3, added: 1, removed: 0 },
    { id: 'clean', label: 'Confirmed clean', a: 0, b: 0, added: 0, removed: 0 },
    { id: 'ignored', label: 'Left open ("don\'t know")', a: 0, b: 0, added: 0, removed: 0 },
    { id: 'validation', label: 'Reviewed validation images', a: 3, b: 2, added: 0, removed: 1 },
  ])
  expect(data!.addedImages).toEqual([validation[0]!.id])
})

test('both runs are judged on the images that neither learned from', async () => {
  const { app, a, b } = await twoRuns()
  const { reports, excludedImages } = await app.runs.compare(a, b)
  // Two were trained on by A, and one more by B.
  expect(excludedImages).toBe(3)
  expect(reports).toMatchObject({ masks: 2, a: { imageCount: 2 }, b: { imageCount: 2 } })
  expect(reports!.a.binary.precision).toBeCloseTo(120 / 224, 9)
  expect(reports!.b.binary.precision).toBeCloseTo(1, 9)
})

test('a changed mask brings both shapes; the halo of 104 px is the change on each of five images', async () => {
  const { app, a, b } = await twoRuns()
  const comparison = await app.runs.compare(a, b)
  expect(comparison).toMatchObject({
    counts: { same: 0, shape: 5, class: 0, onlyA: 0, onlyB: 0 },
    changedImages: 5,
    imageCount: 5,
  })
  const [change] = comparison.changes!
  expect(change).toMatchObject({
    kind: 'shape',
    changedPx: 104,
    patchA: { boundsPx: { x: 18, y: 14, width: 16, height: 14 } },
    patchB: { boundsPx: { x: 20, y: 16, width: 12, height: 10 } },
  })
  expect(change!.iou).toBeCloseTo(120 / 224, 9)
})

test('a run compared with itself changes nothing', async () => {
  const { app, a } = await twoRuns()
  const { changes, counts } = await app.runs.compare(a, a)
  const { settings } = await app.runs.compareMakeup(a, a)
  expect(changes).toEqual([])
  expect(counts.same).toBe(5)
  expect(settings.every((row) => row.isEqual)).toBe(true)
})

test('a run without a model is compared by its settings and its data alone', async () => {
  const { app, workspace, a, b, second } = await twoRuns()
  workspace.transact('Test', 'ledger', { put: [{ ...second(), model: null }] })
  const comparison = await app.runs.compare(a, b)
  expect(comparison).toMatchObject({ reports: null, changes: null })
  expect((await app.runs.compareMakeup(a, b)).data).not.toBeNull()
})

test('what the runs were made of is told before any job and without one', async () => {
  const { app, a, b } = await twoRuns()
  const comparing = app.runs.compare(a, b)
  const [job] = app.jobs.running.get()
  expect((await app.runs.compareMakeup(a, b)).settings.length).toBeGreaterThan(0)
  // The comparison, begun before, is still under way and can be cancelled.
  expect(app.jobs.running.get()).toEqual([expect.objectContaining({ id: job!.id, canCancel: true })])
  app.jobs.cancel(job!.id)
  await expect(comparing).rejects.toMatchObject({ name: 'AbortError' })
  expect(app.jobs.running.get()).toEqual([])
})
