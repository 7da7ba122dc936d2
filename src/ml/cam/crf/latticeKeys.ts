/** The lattice points met so far, numbered from 1 in the order of their coming. */
export interface LatticeKeys {
  /** Number of the point with these coordinates; a new one gets the next. */
  add(key: Int32Array): number
  /** Its number, or 0 when it was never added. */
  find(key: Int32Array): number
  coordinate(point: number, axis: number): number
  size(): number
}

/** Odd, so that every key bit reaches the low bits of the hash (2^32 divided by the golden ratio). */
const HASH_FACTOR = 0x9e3779b1

/** Open addressing with linear probing on integer keys of one length; grows when half full. */
export function createLatticeKeys(length: number, expected: number): LatticeKeys {
  let capacity = 1024
  while (capacity < 2 * expected) capacity *= 2
  let table = new Int32Array(capacity) // point numbers; 0 is free
  let keys = new Int32Array((capacity / 2 + 1) * length)
  let size = 0

  function slotOf(key: Int32Array, offset: number): number {
    let hash = 0
    for (let a = 0; a < length; a++) hash = Math.imul(hash ^ key[offset + a]!, HASH_FACTOR)
    let slot = (hash ^ (hash >>> 15)) & (capacity - 1)
    for (;;) {
      const point = table[slot]!
      if (point === 0 || isKeyOf(point, key, offset)) return slot
      slot = (slot + 1) & (capacity - 1)
    }
  }

  function isKeyOf(point: number, key: Int32Array, offset: number): boolean {
    for (let a = 0; a < length; a++) if (keys[point * length + a] !== key[offset + a]) return false
    return true
  }

  function grow(): void {
    capacity *= 2
    table = new Int32Array(capacity)
    const former = keys
    keys = new Int32Array((capacity / 2 + 1) * length)
    keys.set(former)
    for (let point = 1; point <= size; point++) table[slotOf(keys, point * length)] = point
  }

  return {
    add: (key) => {
      const slot = slotOf(key, 0)
      if (table[slot] !== 0) return table[slot]!
      const point = ++size
      keys.set(key, point * length)
      table[slot] = point
      if (2 * size >= capacity) grow()
      return point
    },
    find: (key) => table[slotOf(key, 0)]!,
    coordinate: (point, axis) => keys[point * length + axis]!,
    size: () => size,
  }
}
