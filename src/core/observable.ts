/** The least a screen needs to follow a value: React's `useSyncExternalStore` takes it as it is. */
export interface Observable<T> {
  get(): T
  /** Returns the function that ends the subscription. */
  subscribe(listener: () => void): () => void
}

export interface Cell<T> extends Observable<T> {
  set(value: T): void
}

export function createCell<T>(initial: T): Cell<T> {
  let value = initial
  const listeners = new Set<() => void>()
  return {
    get: () => value,
    set: (next) => {
      if (Object.is(next, value)) return
      value = next
      for (const listener of listeners) listener()
    },
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
