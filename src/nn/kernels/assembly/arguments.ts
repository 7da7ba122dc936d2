/** A kernel's arguments lie in memory: whole numbers and addresses from slot 0, floats from slot `FIRST_FLOAT`. */
const FIRST_FLOAT: i32 = 24

@inline
export function address(block: usize, slot: i32): usize {
  return load<u32>(block + (<usize>slot << 2))
}

@inline
export function whole(block: usize, slot: i32): i32 {
  return load<i32>(block + (<usize>slot << 2))
}

@inline
export function float(block: usize, slot: i32): f32 {
  return load<f32>(block + (<usize>(FIRST_FLOAT + slot) << 2))
}
