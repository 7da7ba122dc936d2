import * as v from 'valibot'
import type { Box } from '../../core/geometry'
import type { Json, JsonObject } from '../../core/json'
import type { BlobHash, ForeignFields, Id } from '../records'

/** The building blocks of the record schemas. Each brands what it has checked. */

export function id<T extends string>(type: T): v.GenericSchema<unknown, Id<T>> {
  return v.pipe(
    v.string(),
    v.startsWith(`${type}:`, `must be the id of a ${type}`),
    v.maxLength(200),
    v.transform((value) => value as Id<T>),
  )
}

export const hash: v.GenericSchema<unknown, BlobHash> = v.pipe(
  v.string(),
  v.regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hexadecimal'),
  v.transform((value) => value as BlobHash),
)

export const text = v.pipe(v.string(), v.maxLength(100_000))
export const time = v.pipe(
  v.string(),
  v.regex(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/, 'must be a UTC time in ISO 8601'),
)
export const finite = v.pipe(v.number(), v.finite())
export const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
export const pixels = v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(100_000))
export const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1))
export const colour = v.pipe(v.string(), v.regex(/^#[0-9a-fA-F]{6}$/, 'must be a colour like #3fb6ff'))

export const box: v.GenericSchema<unknown, Box> = v.object({
  x: finite,
  y: finite,
  width: v.pipe(finite, v.minValue(0)),
  height: v.pipe(finite, v.minValue(0)),
})

const json: v.GenericSchema<unknown, Json> = v.lazy(() =>
  v.union([v.null(), v.boolean(), v.number(), v.string(), v.array(json), v.record(v.string(), json)]),
)

export const jsonObject: v.GenericSchema<unknown, JsonObject> = v.record(v.string(), json)

export const foreign: v.GenericSchema<unknown, ForeignFields | null> = v.nullable(
  v.object({ id: v.nullable(text), extra: jsonObject }),
)
