import { createCell, type Observable } from '../../core/observable'
import type { Size } from '../../core/geometry'
import type { ImageId, RunId } from '../../domain/records'
import type { ImageTarget } from '../../domain/trainingSet'
import type { TrainingEvent } from '../../ml/training'
import type { LiveTraining, RunSeries } from '../app'
import { previewPicture } from './previewPicture'

/** The training under way as a screen sees it: events in, one observable out. */
export interface LiveView {
  readonly cell: Observable<LiveTraining | null>
  begin(runId: RunId): void
  update(change: Partial<LiveTraining>): void
  /**
   * Takes one event of the trainer; `targets` gives its image indices their ids. A run that goes on from a checkpoint
   * tells its course again: what was known of the steps and epochs from there on gives way.
   */
  follow(event: TrainingEvent, targets: readonly ImageTarget[]): void
  series(): RunSeries
  end(): void
}

/** The pace of so many epochs counts; of their times the middle one, so that a pause does not. */
const PACE_EPOCHS = 9

type EpochPoint = RunSeries['epochs'][number]

/** `sizeOf` gives an image's size in pixels. */
export function createLiveView(sizeOf: (imageId: ImageId) => Size): LiveView {
  const cell = createCell<LiveTraining | null>(null)
  let stepLoss: number[] = []
  let epochs: EpochPoint[] = []
  let epochSeconds: number[] = []
  const series = (): RunSeries => ({ stepLoss, epochs })

  const update = (change: Partial<LiveTraining>): void => {
    const current = cell.get()
    if (current !== null) cell.set({ ...current, ...change, version: current.version + 1 })
  }

  return {
    cell,
    series,
    update,
    begin: (runId) => {
      stepLoss = []
      epochs = []
      epochSeconds = []
      cell.set({
        runId,
        phase: 'preparing',
        backend: null,
        epoch: 0,
        epochs: 0,
        secondsLeft: null,
        version: 0,
        series: series(),
        previews: [],
        note: 'Computing frozen features',
      })
    },
    follow: (event, targets) => {
      switch (event.kind) {
        case 'backend':
          return update({ backend: event.backend, note: event.note })
        case 'steps':
          stepLoss.length = Math.min(stepLoss.length, event.firstStep)
          stepLoss.push(...event.losses)
          epochs = epochs.filter(({ steps }) => steps <= event.firstStep)
          epochSeconds.length = epochs.length
          return update({ series: series() })
        case 'epoch': {
          const { epoch, epochs: total, loss, validation, correctedPixels, seconds } = event.report
          epochSeconds.push(seconds)
          epochs.push({
            epoch,
            steps: stepLoss.length,
            loss,
            validationIou: validation?.binaryIou ?? null,
            correctedPixels,
          })
          const done = epoch + 1
          return update({
            epoch: done,
            epochs: total,
            series: series(),
            secondsLeft: median(epochSeconds.slice(-PACE_EPOCHS)) * (total - done),
          })
        }
        case 'preview': {
          const target = targets[event.imageIndex]
          if (target === undefined) return
          const picture = previewPicture(event, target.imageId, sizeOf(target.imageId))
          const others = (cell.get()?.previews ?? []).filter((preview) => preview.imageId !== target.imageId)
          return update({ previews: [...others, picture].sort((a, b) => (a.imageId < b.imageId ? -1 : 1)) })
        }
        case 'correction':
          // Counted per epoch; what the student adds in the end reaches the queue as drafts for all images.
          return
        case 'checkpoint':
          // Kept by whoever owns the run; there is nothing to see.
          return
      }
    },
    end: () => cell.set(null),
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
