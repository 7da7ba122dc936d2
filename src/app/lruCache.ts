/** A map that forgets what was used longest ago once the weights exceed the limit. */
export interface LruCache<K, V> {
  get(key: K): V | undefined
  set(key: K, value: V, weight: number): void
  delete(key: K): void
  clear(): void
}

export function createLruCache<K, V>(limit: number): LruCache<K, V> {
  const entries = new Map<K, { value: V; weight: number }>()
  let total = 0
  const remove = (key: K): void => {
    const entry = entries.get(key)
    if (entry === undefined) return
    total -= entry.weight
    entries.delete(key)
  }
  return {
    get: (key) => {
      const entry = entries.get(key)
      if (entry === undefined) return undefined
      // A Map keeps insertion order: re-inserting makes this the youngest.
      entries.delete(key)
      entries.set(key, entry)
      return entry.value
    },
    set: (key, value, weight) => {
      remove(key)
      entries.set(key, { value, weight })
      total += weight
      for (const oldest of entries.keys()) {
        if (total <= limit || entries.size === 1) break
        remove(oldest)
      }
    },
    delete: remove,
    clear: () => {
      entries.clear()
      total = 0
    },
  }
}
