import type { Json, JsonObject } from './json'

/**
 * Parameters as data: one description gives the typed values, the form on the screen, the validation of the
 * batch command's `--params` and the provenance record.
 */
export type ParamSpec =
  | {
      readonly kind: 'number'
      readonly label: string
      readonly help?: string
      readonly default: number
      readonly min: number
      readonly max: number
      readonly step: number
      readonly advanced?: boolean
    }
  /** A number that may be left open: null, and then `automatic` says in words what is taken. */
  | {
      readonly kind: 'openNumber'
      readonly label: string
      readonly help?: string
      readonly automatic: string
      readonly default: number | null
      readonly min: number
      readonly max: number
      readonly step: number
      readonly advanced?: boolean
    }
  | {
      readonly kind: 'boolean'
      readonly label: string
      readonly help?: string
      readonly default: boolean
      readonly advanced?: boolean
    }
  | {
      readonly kind: 'choice'
      readonly label: string
      readonly help?: string
      readonly default: string
      readonly options: readonly { readonly value: string; readonly label: string }[]
      readonly advanced?: boolean
    }

export type ParamSpecs = { readonly [name: string]: ParamSpec }

type ValueOf<S extends ParamSpec> = S extends { kind: 'number' }
  ? number
  : S extends { kind: 'openNumber' }
    ? number | null
    : S extends { kind: 'boolean' }
      ? boolean
      : string

export type ParamValues<S extends ParamSpecs = ParamSpecs> = { readonly [K in keyof S]: ValueOf<S[K]> }

export interface ParamIssue {
  readonly name: string
  readonly message: string
}

export function defaultParams<S extends ParamSpecs>(specs: S): ParamValues<S> {
  // The registry forgets the exact type on purpose: each entry's own specs give it back.
  return Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => [name, spec.default]),
  ) as ParamValues<S>
}

/** Takes what is valid from loose input, keeps defaults for the rest, and says what was wrong. */
export function readParams<S extends ParamSpecs>(
  specs: S,
  input: JsonObject,
): { values: ParamValues<S>; issues: ParamIssue[] } {
  const values: Record<string, Json> = { ...defaultParams(specs) }
  const issues: ParamIssue[] = []
  for (const [name, value] of Object.entries(input)) {
    const spec = specs[name]
    if (spec === undefined) {
      issues.push({ name, message: `unknown parameter "${name}"; known: ${Object.keys(specs).join(', ')}` })
      continue
    }
    const problem = problemWith(spec, value)
    if (problem === null) values[name] = value
    else issues.push({ name, message: `"${name}" ${problem}, got ${JSON.stringify(value)}` })
  }
  return { values: values as ParamValues<S>, issues }
}

function problemWith(spec: ParamSpec, value: Json): string | null {
  switch (spec.kind) {
    case 'number':
      return typeof value === 'number' && value >= spec.min && value <= spec.max
        ? null
        : `must be a number from ${spec.min} to ${spec.max}`
    case 'openNumber':
      return value === null || (typeof value === 'number' && value >= spec.min && value <= spec.max)
        ? null
        : `must be a number from ${spec.min} to ${spec.max}, or null (${spec.automatic})`
    case 'boolean':
      return typeof value === 'boolean' ? null : 'must be true or false'
    case 'choice':
      return spec.options.some((option) => option.value === value)
        ? null
        : `must be one of ${spec.options.map((option) => option.value).join(', ')}`
  }
}
