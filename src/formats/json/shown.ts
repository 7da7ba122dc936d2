import type { Json } from '../../core/json'

const MAX_LENGTH = 60

/** A value of a file in a message: short, and only as text. */
export function shown(value: Json | undefined): string {
  const text = JSON.stringify(value) ?? 'missing'
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text
}
