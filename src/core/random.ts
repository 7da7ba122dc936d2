/** A seeded stream of numbers in [0, 1): mulberry32, 32 bits of state. Equal seeds give equal streams. */
export interface Random {
  next(): number
  /** Integer in [0, limit). */
  integer(limit: number): number
  /** Standard normal by Box and Muller. */
  normal(): number
  /** Fisher-Yates on a copy. */
  shuffle<T>(items: readonly T[]): T[]
  /** A seed: `createRandom(random.state())` goes on exactly where this stream stands. */
  state(): number
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  return {
    next,
    integer: (limit) => Math.floor(next() * limit),
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    shuffle: (items) => {
      const copy = [...items]
      for (let i = copy.length - 1; i > 0; i--) {
        const j = Math.floor(next() * (i + 1))
        const held = copy[i]!
        copy[i] = copy[j]!
        copy[j] = held
      }
      return copy
    },
    state: () => state,
  }
}
