import type { CacheFolder } from './cacheFolder'

/** How a value becomes bytes and comes back; `decode` gives null for bytes that are not a whole value. */
export interface PackCodec<T> {
  encode(value: T): Uint8Array<ArrayBuffer>
  decode(bytes: Uint8Array<ArrayBuffer>): T | null
}

/**
 * What networks computed, on disk. Losing it costs time only, so everything here fails soft: what cannot be read is
 * a miss, what cannot be written is not kept.
 */
export interface PackCache<T> {
  get(name: string): Promise<T | null>
  /** False when it found no room, on the disk or below the limit, and is not kept. */
  put(name: string, pack: T): Promise<boolean>
  bytes(): Promise<number>
  /** What is kept beyond the new limit goes. */
  setLimit(limitBytes: number): Promise<void>
  clear(): Promise<void>
}

/** Keeps the total below its limit: what was not used for the longest time goes first (before this session: oldest write). */
export async function createPackCache<T>(
  folder: CacheFolder,
  firstLimitBytes: number,
  codec: PackCodec<T>,
): Promise<PackCache<T>> {
  let limitBytes = firstLimitBytes
  /** Least recently used first. */
  const sizes = new Map<string, number>()
  for (const { name, bytes } of await folder.list()) sizes.set(name, bytes)
  const total = (): number => {
    let sum = 0
    for (const bytes of sizes.values()) sum += bytes
    return sum
  }

  async function forget(name: string): Promise<void> {
    sizes.delete(name)
    await folder.remove(name)
  }

  async function makeRoom(roomBytes: number): Promise<void> {
    for (const name of sizes.keys()) {
      if (total() + roomBytes <= limitBytes) return
      await forget(name)
    }
  }

  return {
    get: async (name) => {
      const size = sizes.get(name)
      if (size === undefined) return null
      const bytes = await folder.read(name)
      const pack = bytes === null ? null : codec.decode(bytes)
      if (pack === null) {
        await forget(name)
        return null
      }
      sizes.delete(name)
      sizes.set(name, size)
      return pack
    },
    put: async (name, pack) => {
      const bytes = codec.encode(pack)
      if (bytes.length > limitBytes) return false
      sizes.delete(name)
      await makeRoom(bytes.length)
      // A full disk below our own limit: half of the cache makes room once; after that we go on without.
      if (await folder.write(name, bytes)) {
        sizes.set(name, bytes.length)
        return true
      }
      for (const old of [...sizes.keys()].slice(0, Math.ceil(sizes.size / 2))) await forget(old)
      if (!(await folder.write(name, bytes))) return false
      sizes.set(name, bytes.length)
      return true
    },
    bytes: () => Promise.resolve(total()),
    setLimit: async (next) => {
      limitBytes = next
      await makeRoom(0)
    },
    clear: async () => {
      for (const name of sizes.keys()) await forget(name)
    },
  }
}
