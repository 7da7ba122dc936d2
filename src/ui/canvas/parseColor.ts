import { assert } from '../../core/assert'

/** Red, green and blue of `#rrggbb`, 0..255 each. */
export function parseColor(color: string): { r: number; g: number; b: number } {
  assert(/^#[0-9a-fA-F]{6}$/.test(color), `not a colour of the form #rrggbb: ${color}`)
  const value = Number.parseInt(color.slice(1), 16)
  return { r: value >> 16, g: (value >> 8) & 255, b: value & 255 }
}
