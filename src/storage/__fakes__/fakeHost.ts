import { createFakeDirectory, type FakeDirectory } from './fakeDirectory'
import { createFakeLocks } from './fakeLocks'
import type { StorageHost } from '../storageHost'

export interface FakeHost extends StorageHost {
  readonly directory: FakeDirectory
  readonly checkpointDirectory: FakeDirectory
  readonly page: EventTarget
  /** What `now` says; tests move it. */
  time: string
}

let databaseCount = 0

/** A browser profile: one database, one set of locks, one file system, shared by the storages ("tabs") built on it. */
export function createFakeHost(overrides: Partial<Omit<StorageHost, 'page'>> = {}): FakeHost {
  const directory = createFakeDirectory()
  const checkpointDirectory = createFakeDirectory()
  const texts = new Map<string, string>()
  const host: FakeHost = {
    databaseName: `test ${(databaseCount += 1)}`,
    time: '2026-11-20T12:00:00.000Z',
    now: () => host.time,
    locks: createFakeLocks(),
    channel: (name) => {
      const channel = new BroadcastChannel(`${host.databaseName} ${name}`)
      // A test that forgets to close a project must not keep the process alive.
      ;(channel as { unref?: () => void }).unref?.()
      return channel
    },
    directory,
    folder: directory.handle,
    checkpointDirectory,
    checkpointFolder: checkpointDirectory.handle,
    memory: {
      getItem: (key) => texts.get(key) ?? null,
      setItem: (key, text) => void texts.set(key, text),
      removeItem: (key) => void texts.delete(key),
    },
    quota: null,
    page: new EventTarget(),
    retryMs: 5,
    patienceMs: 50,
    ...overrides,
  }
  return host
}
