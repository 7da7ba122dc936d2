import type { Json, JsonObject } from '../../core/json'

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isJsonArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value)
}

/**
 * The fields of an object that we do not interpret, to be kept and written back. Keys named `__proto__` are left out
 * at every level: whoever copies the object by assignment would change its prototype.
 */
export function foreignFields(object: JsonObject, known: readonly string[]): JsonObject {
  const kept = Object.entries(object).filter(([key]) => !known.includes(key))
  return withoutProto(Object.fromEntries(kept)) as JsonObject
}

/** The reader limits the depth, so recursion is safe here. */
function withoutProto(value: Json): Json {
  if (isJsonArray(value)) return value.map(withoutProto)
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== '__proto__')
      .map(([key, inner]) => [key, withoutProto(inner)]),
  )
}
