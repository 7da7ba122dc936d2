import type { AnnotationId } from '../../domain/records'
import type { AlternativeMask, GeneratedMask } from '../../ml/generators/generator'
import { createLruCache } from '../lruCache'
import { promptKey, type BoxPrompt } from './boxPrompt'
import type { Recipe } from './recipe'

/** What a generator said about a box: kept in memory only, for the next click, the other candidates and the style. */
export interface Answer {
  readonly recipe: Recipe
  readonly prompt: BoxPrompt
  readonly modelHash: string | null
  /** As the generator made it: no drawing style applied. */
  readonly made: GeneratedMask
  /** Which candidate the person has chosen: 0 is the generator's first, i is `alternatives[i - 1]`. */
  chosen: number
}

/** The first answer and its alternatives, in the order they are cycled through. */
export function candidatesOf({ made }: Answer): readonly AlternativeMask[] {
  return [made, ...made.alternatives]
}

export interface AnswerMemory {
  find(id: AnnotationId, recipe: Recipe, prompt: BoxPrompt): Answer | null
  keep(id: AnnotationId, answer: Answer): void
  clear(): void
}

/** Some hundred boxes with their evidence; what is forgotten is asked again when it is needed. */
const MEMORY_BYTES = 64 * 1024 * 1024

export function createAnswerMemory(): AnswerMemory {
  const kept = createLruCache<string, Answer>(MEMORY_BYTES)
  const keyOf = (id: AnnotationId, recipe: Recipe, prompt: BoxPrompt): string =>
    `${id} ${recipe.key} ${promptKey(prompt)}`
  return {
    find: (id, recipe, prompt) => kept.get(keyOf(id, recipe, prompt)) ?? null,
    keep: (id, answer) => kept.set(keyOf(id, answer.recipe, answer.prompt), answer, bytesOf(answer)),
    clear: kept.clear,
  }
}

/** Candidates share their arrays: each is counted once. */
function bytesOf(answer: Answer): number {
  const arrays = new Set<{ readonly byteLength: number }>()
  for (const { mask, evidence, former } of candidatesOf(answer)) {
    arrays.add(mask.data)
    if (evidence !== null) arrays.add(evidence.scores.data)
    if (former !== null) arrays.add(former.feedback)
  }
  for (const { mask } of answer.made.readings) arrays.add(mask.data)
  let bytes = 256
  for (const array of arrays) bytes += array.byteLength
  return bytes
}
