import { expect, test, vi } from 'vitest'
import { createFakeLocks } from './__fakes__/fakeLocks'
import { createWriterLock, type Channel, type WriterLock } from './lock'

/** Channels that reach each other, as those of two tabs do, unless a tab is frozen. */
function createAir() {
  const channels = new Set<Channel>()
  const frozen = new Set<Channel>()
  const create = (): Channel => {
    const channel: Channel = {
      onmessage: null,
      postMessage: (data) => {
        for (const other of channels) {
          if (other === channel || frozen.has(other)) continue
          queueMicrotask(() => void other.onmessage?.({ data } as MessageEvent))
        }
      },
      close: () => void channels.delete(channel),
    }
    channels.add(channel)
    return channel
  }
  return { create, freeze: (channel: Channel) => void frozen.add(channel) }
}

function createTabs() {
  const locks = createFakeLocks()
  const air = createAir()
  const open = (onLost: () => Promise<void> = async () => {}): { lock: WriterLock; freeze: () => void } => {
    const channel = air.create()
    return {
      lock: createWriterLock({ name: 'project', locks, channel, onLost, patienceMs: 20 }),
      freeze: () => air.freeze(channel),
    }
  }
  return { open }
}

test('only one tab gets the lock, and the next one after it is given back', async () => {
  const { open } = createTabs()
  const first = open().lock
  const second = open().lock
  expect(await first.tryAcquire()).toBe(true)
  expect(await second.tryAcquire()).toBe(false)

  await first.release()
  expect(await second.tryAcquire()).toBe(true)
})

test('taking over waits until the holder has saved', async () => {
  const { open } = createTabs()
  const events: string[] = []
  const first = open(async () => {
    await new Promise((resolve) => setTimeout(resolve, 5))
    events.push('first tab has saved')
  }).lock
  const second = open().lock
  await first.tryAcquire()
  await second.takeOver()
  events.push('second tab has the lock')

  expect(events).toEqual(['first tab has saved', 'second tab has the lock'])
})

test('a tab that does not answer loses the lock all the same, and hears of it', async () => {
  const { open } = createTabs()
  const onLost = vi.fn<() => Promise<void>>(async () => {})
  const first = open(onLost)
  const second = open().lock
  await first.lock.tryAcquire()
  first.freeze()
  await second.takeOver()

  expect(onLost).toHaveBeenCalledTimes(1)
  expect(await open().lock.tryAcquire()).toBe(false)
})

test('the lock can be taken back', async () => {
  const { open } = createTabs()
  const lost: string[] = []
  const first = open(async () => void lost.push('first')).lock
  const second = open(async () => void lost.push('second')).lock
  await first.tryAcquire()
  await second.takeOver()
  await first.takeOver()

  expect(lost).toEqual(['first', 'second'])
})

test('giving back something that was never granted does nothing', async () => {
  const { open } = createTabs()
  const lock = open().lock
  await lock.release()
  await lock.dispose()

  expect(await open().lock.tryAcquire()).toBe(true)
})
