import { AppError } from '../../../core/errors'
import type { TensorFacts } from '../session'

/** What an opened graph says about itself, and the name of its file, for messages only. */
export interface GraphFacts {
  readonly file: string
  readonly inputs: readonly TensorFacts[]
  readonly outputs: readonly TensorFacts[]
}

/** `float` is float32, or float16 behind the session's conversion; `any` is not looked at. */
export type ElementRule = 'float' | 'int64' | 'int32' | 'any'

/** The tensors a graph must have. Inputs beyond these are refused: nobody would know what to feed them. */
export interface GraphRules {
  readonly inputs: { readonly [name: string]: ElementRule }
  readonly optionalInputs?: { readonly [name: string]: ElementRule }
  /** Further outputs are fine. */
  readonly outputs: { readonly [name: string]: ElementRule }
}

export function findTensor(tensors: readonly TensorFacts[], name: string): TensorFacts | undefined {
  return tensors.find((tensor) => tensor.name === name)
}

export function hasInput({ inputs }: GraphFacts, name: string): boolean {
  return findTensor(inputs, name) !== undefined
}

export function isFloat({ type }: TensorFacts): boolean {
  return type === 'float32' || type === 'float16'
}

export function incompatible(file: string, problem: string): AppError {
  return new AppError('model/incompatible', `${file}: ${problem}`)
}

/** Throws `model/incompatible` naming file, tensor and remedy. `role` is "the decoder of SAM 2 (...)". */
export function checkGraph(graph: GraphFacts, role: string, rules: GraphRules): void {
  const optional = rules.optionalInputs ?? {}
  for (const [name, rule] of Object.entries(rules.inputs)) {
    const found = findTensor(graph.inputs, name)
    if (found === undefined) {
      throw incompatible(
        graph.file,
        `it looks like ${role}, but has no input "${name}" (it has ${namesOf(graph.inputs)}). ${EXPORT_AGAIN}`,
      )
    }
    checkType(graph.file, 'input', found, rule)
  }
  for (const found of graph.inputs) {
    if (rules.inputs[found.name] !== undefined) continue
    const rule = optional[found.name]
    if (rule === undefined) {
      throw incompatible(
        graph.file,
        `it looks like ${role}, but wants an input "${found.name}" that this family does not have. ${EXPORT_AGAIN}`,
      )
    }
    checkType(graph.file, 'input', found, rule)
  }
  for (const [name, rule] of Object.entries(rules.outputs)) {
    const found = findTensor(graph.outputs, name)
    if (found === undefined) {
      throw incompatible(
        graph.file,
        `as ${role} it should give "${name}", but it gives ${namesOf(graph.outputs)}. ${SAME_EXPORT}`,
      )
    }
    checkType(graph.file, 'output', found, rule)
  }
}

/**
 * The same for an encoder, which is one only because its partner is a decoder: what differs in its inputs is told as
 * "these two do not belong together".
 */
export function checkEncoder(
  encoder: GraphFacts,
  decoder: GraphFacts,
  role: string,
  rules: GraphRules,
): void {
  const expected = Object.keys(rules.inputs)
  const fits = encoder.inputs.length === expected.length && expected.every((name) => hasInput(encoder, name))
  if (!fits) {
    throw incompatible(
      encoder.file,
      `it does not belong to ${decoder.file}: ${role} takes ${expected.join(', ')}, this file takes ${namesOf(encoder.inputs)}. ${SAME_EXPORT}`,
    )
  }
  checkGraph(encoder, role, rules)
}

const EXPORT_AGAIN = 'Export it again with the tool that the family is named after, or choose another file.'
const SAME_EXPORT = 'Take encoder and decoder from the same export.'

export function namesOf(tensors: readonly TensorFacts[]): string {
  return tensors.length === 0 ? 'none' : tensors.map(({ name }) => name).join(', ')
}

function checkType(file: string, what: string, found: TensorFacts, rule: ElementRule): void {
  const fits = rule === 'any' || (rule === 'float' ? isFloat(found) : found.type === rule)
  if (fits) return
  const expected = rule === 'float' ? 'float32' : rule
  throw incompatible(
    file,
    `its ${what} "${found.name}" is ${found.type}, expected ${expected}. Export it again with ${expected} there, or choose another file.`,
  )
}

/**
 * Throws when what an encoder gives cannot be what its decoder takes: the sizes that both graphs fix differ.
 * An open size fits everything.
 */
export function checkHandedOver(
  encoder: GraphFacts,
  output: TensorFacts,
  decoder: GraphFacts,
  input: TensorFacts,
): void {
  const given = output.shape
  const taken = input.shape
  // A shape of no sizes is one that the graph does not tell.
  if (given.length === 0 || taken.length === 0) return
  const fits =
    given.length === taken.length &&
    given.every((size, i) => {
      const other = taken[i]!
      return typeof size === 'string' || typeof other === 'string' || size === other
    })
  if (fits) return
  throw incompatible(
    decoder.file,
    `its input "${input.name}" is ${taken.join(' x ')}, but ${encoder.file} gives "${output.name}" as ${given.join(' x ')}. ${SAME_EXPORT}`,
  )
}

/** A size that the graph fixes, counted from the end (-1 is the last); null when it is open or not told. */
export function fixedSize(tensor: TensorFacts | undefined, fromEnd: number): number | null {
  const size = tensor?.shape.at(fromEnd)
  return typeof size === 'number' && size > 0 ? size : null
}
