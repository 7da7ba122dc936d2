import { tensorOf, type AnyTensor, type FloatTensor } from '../session'

/** The float tensors of these names: what an encoder hands over to its decoder, and nothing beside. */
export function pickFloats(
  tensors: { readonly [name: string]: AnyTensor },
  names: readonly string[],
): { readonly [name: string]: FloatTensor } {
  return Object.fromEntries(names.map((name) => [name, tensorOf(tensors, name)]))
}
