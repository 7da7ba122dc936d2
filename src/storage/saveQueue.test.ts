import fc from 'fast-check'
import { afterEach, expect, test, vi } from 'vitest'
import { createSaveQueue } from './saveQueue'
import type { LogItem } from './updateLog'

afterEach(() => void vi.useRealTimers())

const item = (n: number): LogItem => ({ kind: 'update', bytes: Uint8Array.of(n) })
const bytesOf = (items: readonly LogItem[]): number[] => items.map(({ bytes }) => bytes[0] ?? -1)

/** A disk that can be told to fail, and what is on it. */
function createDisk() {
  const disk = {
    written: [] as number[],
    batches: [] as number[][],
    failure: null as Error | null,
    write: async (items: readonly LogItem[]): Promise<void> => {
      await Promise.resolve()
      if (disk.failure !== null) throw disk.failure
      disk.batches.push(bytesOf(items))
      disk.written.push(...bytesOf(items))
    },
  }
  return disk
}

test('what comes in during a write goes into the next one, in order', async () => {
  const disk = createDisk()
  const queue = createSaveQueue({ write: disk.write, now: () => 'noon' })
  for (const n of [1, 2, 3]) queue.append(item(n))
  await queue.flush()

  expect(disk.batches).toEqual([[1], [2, 3]])
})

test('a failed write is shown with the time of the oldest unsaved change, until a write succeeds', async () => {
  const disk = createDisk()
  let now = '14:01'
  const queue = createSaveQueue({ write: disk.write, now: () => now, retryMs: 60_000 })
  disk.failure = new Error('the disk is full')
  queue.append(item(1))
  now = '14:02'
  queue.append(item(2))
  await expect(queue.flush()).rejects.toThrow('the disk is full')
  expect(queue.state.get()).toEqual({ kind: 'notSaved', since: '14:01', reason: 'the disk is full' })

  disk.failure = null
  now = '14:05'
  await queue.flush()
  expect(queue.state.get()).toEqual({ kind: 'saved', at: '14:05' })
  expect(disk.written).toEqual([1, 2])
  queue.stop()
})

test('retries by itself, waiting twice as long each time', async () => {
  vi.useFakeTimers()
  const disk = createDisk()
  const attempts: number[] = []
  const start = Date.now()
  const queue = createSaveQueue({
    now: () => 'noon',
    retryMs: 100,
    write: (items) => {
      attempts.push(Date.now() - start)
      return disk.write(items)
    },
  })
  disk.failure = new Error('locked')
  queue.append(item(1))
  await vi.advanceTimersByTimeAsync(750)
  // 0, then after 100, 200 and 400 ms more.
  expect(attempts).toEqual([0, 100, 300, 700])

  disk.failure = null
  await vi.advanceTimersByTimeAsync(800)
  expect(disk.written).toEqual([1])
  expect(queue.state.get().kind).toBe('saved')
})

test('a lost lock lets what is on its way arrive, and takes nothing more', async () => {
  const disk = createDisk()
  const queue = createSaveQueue({ write: disk.write, now: () => 'noon' })
  queue.append(item(1))
  queue.setReadOnly('taken over')

  expect(queue.state.get()).toEqual({ kind: 'readOnly', reason: 'taken over' })
  expect(() => queue.append(item(2))).toThrow(expect.objectContaining({ code: 'storage/read-only' }))
  await queue.flush()
  expect(disk.written).toEqual([1])
})

test('unsaved work outranks a lost lock: the state says notSaved and the queue stays open', async () => {
  const disk = createDisk()
  const queue = createSaveQueue({ write: disk.write, now: () => 'noon', retryMs: 60_000 })
  disk.failure = new Error('full')
  queue.append(item(1))
  await expect(queue.flush()).rejects.toThrow('full')
  queue.setReadOnly('taken over')
  expect(queue.state.get().kind).toBe('notSaved')
  queue.append(item(2))

  disk.failure = null
  await queue.flush()
  expect(disk.written).toEqual([1, 2])
  expect(queue.state.get().kind).toBe('readOnly')
})

test('whatever fails when, every change arrives once and in order, and "saved" is never a lie', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom('append', 'fail', 'heal', 'wait'), { maxLength: 40 }),
      async (steps) => {
        const disk = createDisk()
        const queue = createSaveQueue({ write: disk.write, now: () => 'noon', retryMs: 0 })
        const appended: number[] = []
        let lies = 0
        const stop = queue.state.subscribe(() => {
          if (queue.state.get().kind === 'saved' && disk.written.length !== appended.length) lies += 1
        })
        for (const step of steps) {
          if (step === 'append') {
            appended.push(appended.length)
            queue.append(item(appended.length - 1))
          } else if (step === 'fail') disk.failure = new Error('no')
          else if (step === 'heal') disk.failure = null
          else await new Promise((resolve) => setTimeout(resolve, 0))
        }
        disk.failure = null
        // A write that had begun before may still fail; the one after it does not.
        await queue.flush().catch(() => queue.flush())
        expect(disk.written).toEqual(appended)
        expect(queue.state.get().kind).toBe('saved')
        expect(lies).toBe(0)
        stop()
        queue.stop()
      },
    ),
    { numRuns: 100 },
  )
})
