import { expect, test } from 'vitest'
import { AppError } from '../core/errors'
import { createJobs, secondsLeft } from './jobs'
import { createNotices } from './notices'

const clock = { now: () => '2026-01-01T00:00:00.000Z', ticks: () => 0 }

test('a cancelled job ends silently and leaves the list', async () => {
  const notices = createNotices()
  const jobs = createJobs(clock, notices)
  const outcome = jobs.run({ title: 'Propose', lane: 'batch' }, async ({ signal }) => {
    jobs.cancel(jobs.running.get()[0]!.id)
    signal.throwIfAborted()
    return 1
  })
  expect(await outcome).toEqual({ kind: 'cancelled' })
  expect(jobs.running.get()).toEqual([])
  expect(notices.list.get()).toEqual([])
})

test('a failure becomes one notice with its code, and the next job runs', async () => {
  const notices = createNotices()
  const jobs = createJobs(clock, notices)
  const failed = await jobs.run({ title: 'Export', lane: 'batch' }, async () => {
    throw new AppError('storage/full', 'no room for 3 MB')
  })
  expect(failed.kind).toBe('failed')
  expect(notices.list.get()).toMatchObject([{ kind: 'error', code: 'storage/full', title: 'Export failed' }])
  expect(await jobs.run({ title: 'Export', lane: 'batch' }, async () => 7)).toEqual({
    kind: 'done',
    value: 7,
  })
})

test('time left follows the pace: 20 of 100 in 10 s leaves 40 s', () => {
  expect(secondsLeft({ done: 20, total: 100, note: '' }, 10_000)).toBeCloseTo(40)
  expect(secondsLeft({ done: 1, total: 100, note: '' }, 10_000)).toBeNull()
  expect(secondsLeft({ done: 5, total: 0, note: '' }, 10_000)).toBeNull()
})
