import type { JsonObject } from '../../core/json'
import { TAG_PARAMS } from '../../ml/cam/camParams'
import { optionNumber, optionObject } from './request'

/** `--params` holds settings of both halves of the recipe `cam`: those of masks from labels, by their names. */
export function tagParamsOf(options: JsonObject): JsonObject {
  const seed = optionNumber(options, 'seed')
  return { ...named(options, true), ...(seed === null ? {} : { seed }) }
}

/** All of `--params`, for a command without a student: an unknown name is refused as such. */
export function allTagParamsOf(options: JsonObject): JsonObject {
  return { ...optionObject(options, 'params'), ...tagParamsOf(options) }
}

/** The rest: settings of the student. */
export function trainingParamsOf(options: JsonObject): JsonObject {
  return named(options, false)
}

function named(options: JsonObject, isTag: boolean): JsonObject {
  const given = Object.entries(optionObject(options, 'params'))
  return Object.fromEntries(given.filter(([name]) => (name in TAG_PARAMS && name !== 'seed') === isTag))
}
