import type { Json } from '../../core/json'

const MAX_LENGTH = 200

/** An id of a file as text: whole numbers and short strings; `7` and `"7"` are the same id. Null: not an id. */
export function readId(value: Json | undefined): string | null {
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : null
  if (typeof value !== 'string') return null
  const text = value.trim()
  return text === '' || text.length > MAX_LENGTH ? null : text
}
