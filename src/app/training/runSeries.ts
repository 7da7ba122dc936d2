import { retellRun } from '../../ml/retellRun'
import type { TrainingEvent } from '../../ml/training'
import { readCheckpoint } from '../../ml/trainingCheckpoint'
import type { RunSeries } from '../trainingFace'

type EpochPoint = RunSeries['epochs'][number]

/** The curves of a run, from its events. */
export interface SeriesRecorder {
  /**
   * A run that goes on from a checkpoint tells its course again: what was known of the steps and epochs from there on
   * gives way.
   */
  take(event: TrainingEvent): void
  /** Grows in place: the same arrays until something gives way. */
  series(): RunSeries
}

export function createSeriesRecorder(): SeriesRecorder {
  let stepLoss: number[] = []
  let epochs: EpochPoint[] = []
  return {
    series: () => ({ stepLoss, epochs }),
    take: (event) => {
      if (event.kind === 'steps') {
        if (event.firstStep < stepLoss.length) {
          stepLoss = stepLoss.slice(0, event.firstStep)
          epochs = epochs.filter(({ steps }) => steps <= event.firstStep)
        }
        stepLoss.push(...event.losses)
      } else if (event.kind === 'epoch') {
        const { epoch, loss, validation, correctedPixels } = event.report
        const point = { epoch, steps: stepLoss.length, loss, correctedPixels }
        epochs.push({ ...point, validationIou: validation?.binaryIou ?? null })
      }
    },
  }
}

/** The curves up to a checkpoint. Throws `train/bad-checkpoint`. */
export function seriesOfCheckpoint(bytes: Uint8Array): RunSeries {
  const { position, reports, vectors } = readCheckpoint(bytes)
  const recorder = createSeriesRecorder()
  const losses = Array.from(vectors.get('losses') ?? [])
  for (const event of retellRun(position, reports, losses)) recorder.take(event)
  return recorder.series()
}
