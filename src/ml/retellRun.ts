import type { EpochReport, TrainingEvent } from './training'
import type { LoopPosition } from './trainingCheckpoint'

/** The steps and epochs that a checkpoint knows of, as the events that first told of them. */
export function* retellRun(
  { step, batch }: Pick<LoopPosition, 'step' | 'batch'>,
  reports: readonly EpochReport[],
  losses: readonly number[],
): Generator<TrainingEvent> {
  // Finished epochs have all the same number of steps.
  const perEpoch = reports.length === 0 ? 0 : (step - batch) / reports.length
  let told = 0
  for (const report of reports) {
    yield { kind: 'steps', firstStep: told, losses: losses.slice(told, told + perEpoch) }
    yield { kind: 'epoch', report }
    told += perEpoch
  }
  if (told < losses.length) yield { kind: 'steps', firstStep: told, losses: losses.slice(told) }
}
