import { fingerprint } from '../../core/fingerprint'
import type { RunIdentity } from '../../ml/trainingCheckpoint'
import type { TrainingExample, TrainingSpec } from '../../ml/training'
import type { RunPlan } from './runPlan'

/** Names what a run is made of: a checkpoint is of use to a run with the same three names, and to no other. */
export function identifyRun(
  spec: TrainingSpec,
  plan: RunPlan,
  examples: readonly TrainingExample[],
  validation: readonly TrainingExample[],
): RunIdentity {
  const { studentId, classCount, levels, width, height, seed, params } = spec
  // The order in which a caller wrote the parameters down is no part of a recipe.
  const sorted = Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1))
  return {
    recipe: named([studentId, classCount, levels, width, height, seed, sorted]),
    network: identifyNetwork(plan, spec.backboneWeights),
    data: named([namesOf(examples), namesOf(validation)]),
  }
}

export function identifyNetwork(
  { architecture, network }: Pick<RunPlan, 'architecture' | 'network'>,
  backboneWeights: Uint8Array | null,
): string {
  const shapes = [...network.parameters, ...network.statistics].map(({ name, shape }) => [name, shape])
  return fingerprint([
    textBytes([architecture.id, architecture.version, shapes]),
    ...(backboneWeights === null ? [] : [backboneWeights]),
  ])
}

/** An epoch may walk its pictures several times: each is looked at once. */
function namesOf(examples: readonly TrainingExample[]): string[] {
  const known = new Map<TrainingExample, string>()
  return examples.map((example) => {
    const { imageIndex, features, pixels, target, barred } = example
    const name =
      known.get(example) ??
      fingerprint([
        Uint32Array.of(imageIndex, target.width, target.height),
        pixels.data,
        target.data,
        ...(barred === null ? [] : [barred]),
        ...features.levels.map((level) => level.data),
      ])
    known.set(example, name)
    return name
  })
}

function named(value: unknown): string {
  return fingerprint([textBytes(value)])
}

function textBytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value))
}
