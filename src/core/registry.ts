import { assert } from './assert'

/** An ordered list of things with ids. The array in each registry's `index.ts` is the menu order. */
export interface Registry<T extends { readonly id: string }> {
  readonly all: readonly T[]
  find(id: string): T | undefined
  /** Throws with the known ids: callers have validated user input before. */
  get(id: string): T
}

export function defineRegistry<T extends { readonly id: string }>(
  noun: string,
  items: readonly T[],
): Registry<T> {
  const byId = new Map(items.map((item) => [item.id, item]))
  assert(byId.size === items.length, `two ${noun}s share an id`)
  return {
    all: items,
    find: (id) => byId.get(id),
    get: (id) => {
      const found = byId.get(id)
      assert(
        found !== undefined,
        `unknown ${noun} "${id}"; known: ${items.map((item) => item.id).join(', ')}`,
      )
      return found
    },
  }
}
