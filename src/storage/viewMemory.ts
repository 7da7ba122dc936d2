/** Small texts that a person would be glad to find again and that nobody misses: image, zoom, stage. */
export interface ViewMemory {
  readonly load: (key: string) => string | null
  readonly save: (key: string, text: string) => void
  readonly forget: (key: string) => void
}

/** Every failure (a full or forbidden `localStorage`) means "forgotten", which the contract allows. */
export function createViewMemory(
  memory: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> | null,
): ViewMemory {
  const keyOf = (key: string): string => `maskwright:view:${key}`
  const tryTo = <T>(work: () => T): T | null => {
    try {
      return work()
    } catch {
      return null
    }
  }
  return {
    load: (key) => tryTo(() => memory?.getItem(keyOf(key)) ?? null),
    save: (key, text) => void tryTo(() => memory?.setItem(keyOf(key), text)),
    forget: (key) => void tryTo(() => memory?.removeItem(keyOf(key))),
  }
}
