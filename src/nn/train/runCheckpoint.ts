import type { EpochReport, TrainingSpec } from '../../ml/training'
import {
  assertSameRun,
  readCheckpoint,
  writeCheckpoint,
  type LoopPosition,
  type RunIdentity,
} from '../../ml/trainingCheckpoint'
import type { LevelStandard } from '../students/student'
import type { ReaderCounts } from './stepReader'
import type { SavedState } from './trainingState'

/** Weights and statistics by name. */
export type Values = ReadonlyMap<string, Float32Array>

/** The best epoch so far by its score on the reviewed images. */
export interface BestSoFar {
  readonly values: Values
  readonly epoch: number
  readonly score: number
}

/** All that a run knows between two steps. */
export interface RunProgress {
  readonly position: Omit<LoopPosition, 'best' | 'step' | keyof ReaderCounts> & ReaderCounts
  readonly state: SavedState
  readonly best: BestSoFar | null
  readonly reports: readonly EpochReport[]
  /** Of every step so far. */
  readonly losses: readonly number[]
  readonly corrected: ReadonlyMap<number, Uint8Array>
}

const [STATE, BEST, LOSSES, STANDARD] = ['state/', 'best/', 'losses', 'standard/']

/** `standards` travel along so that the network can be exported without the pictures. */
export function packProgress(
  spec: TrainingSpec,
  identity: RunIdentity,
  standards: readonly LevelStandard[],
  { position, state, best, reports, losses, corrected }: RunProgress,
): Uint8Array<ArrayBuffer> {
  const { studentId, classCount, levels, width, height, seed, params } = spec
  return writeCheckpoint({
    spec: { studentId, classCount, levels, width, height, seed, params },
    identity,
    position: {
      ...position,
      totals: { ...position.totals, cappedImages: [...position.totals.cappedImages] },
      step: state.steps,
      best: best === null ? null : { epoch: best.epoch, score: best.score },
    },
    reports,
    vectors: new Map<string, Float32Array>([
      ...prefixed(STATE, state.vectors),
      ...prefixed(BEST, best?.values ?? new Map<string, Float32Array>()),
      ...standards.flatMap(({ mean, std }, level): [string, Float32Array][] => [
        [`${STANDARD}${level}/mean`, mean],
        [`${STANDARD}${level}/std`, std],
      ]),
      [LOSSES, Float32Array.from(losses)],
    ]),
    corrected,
  })
}

/** Throws `train/bad-checkpoint` for damaged bytes and for those of another run; `run` null: of any run. */
export function unpackProgress(
  bytes: Uint8Array,
  run: RunIdentity | null,
): RunProgress & { readonly standards: readonly LevelStandard[] } {
  const { spec, identity, position, reports, vectors, corrected } = readCheckpoint(bytes)
  if (run !== null) assertSameRun(identity, run)
  return {
    position: {
      ...position,
      totals: { ...position.totals, cappedImages: new Set(position.totals.cappedImages) },
    },
    state: { steps: position.step, vectors: withPrefix(STATE, vectors) },
    best: position.best === null ? null : { ...position.best, values: withPrefix(BEST, vectors) },
    reports,
    losses: Array.from(vectors.get(LOSSES)!),
    corrected,
    standards: spec.levels.map((_, level) => ({
      mean: vectors.get(`${STANDARD}${level}/mean`)!,
      std: vectors.get(`${STANDARD}${level}/std`)!,
    })),
  }
}

function prefixed(prefix: string, values: Values): [string, Float32Array][] {
  return [...values].map(([name, vector]) => [prefix + name, vector])
}

function withPrefix(prefix: string, vectors: Values): Values {
  return new Map(
    [...vectors]
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, vector]) => [name.slice(prefix.length), vector]),
  )
}
