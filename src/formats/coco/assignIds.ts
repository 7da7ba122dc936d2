/**
 * Numbers for a file's entries: an id that came with an import is used again when it is a whole number, not below
 * `minimum`, exact in a double and not taken; the rest count on from the highest. Stable: equal input, equal ids.
 */
export function assignIds(original: readonly (string | null)[], minimum: number): number[] {
  const taken = new Set<number>()
  const kept = original.map((text) => {
    const id = text !== null && /^-?\d{1,16}$/.test(text) ? Number(text) : Number.NaN
    if (!Number.isSafeInteger(id) || id < minimum || taken.has(id)) return null
    taken.add(id)
    return id
  })
  let highest = 0
  for (const id of taken) highest = Math.max(highest, id)
  return kept.map((id) => id ?? ++highest)
}
