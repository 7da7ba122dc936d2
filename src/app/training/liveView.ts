import { createCell, type Observable } from '../../core/observable'
import type { Size } from '../../core/geometry'
import type { ImageId, RunId } from '../../domain/records'
import type { ImageTarget } from '../../domain/trainingSet'
import type { TrainingEvent } from '../../ml/training'
import type { LiveTraining, RunSeries } from '../trainingFace'
import { previewPicture } from './previewPicture'
import { createSeriesRecorder } from './runSeries'

/** What the image indices of events stand for: the pictures of the run as they were when it began. */
export interface RunPictures {
  readonly targets: readonly ImageTarget[]
  readonly sizeOf: (imageId: ImageId) => Size
}

/** The training under way as a screen sees it: events in, one observable out. */
export interface LiveView {
  readonly cell: Observable<LiveTraining | null>
  begin(runId: RunId): void
  update(change: Partial<LiveTraining>): void
  follow(event: TrainingEvent, pictures: RunPictures): void
  series(): RunSeries
  end(): void
}

/** The pace of so many epochs counts; of their times the middle one, so that a pause does not. */
const PACE_EPOCHS = 9

export function createLiveView(): LiveView {
  const cell = createCell<LiveTraining | null>(null)
  let recorder = createSeriesRecorder()
  let epochSeconds: number[] = []

  const update = (change: Partial<LiveTraining>): void => {
    const current = cell.get()
    if (current !== null) cell.set({ ...current, ...change, version: current.version + 1 })
  }

  return {
    cell,
    series: () => recorder.series(),
    update,
    begin: (runId) => {
      recorder = createSeriesRecorder()
      epochSeconds = []
      cell.set({
        runId,
        phase: 'preparing',
        backend: null,
        epoch: 0,
        epochs: 0,
        secondsLeft: null,
        version: 0,
        series: recorder.series(),
        previews: [],
        note: 'Computing frozen features',
        finds: { queued: 0, heldBack: 0 },
      })
    },
    follow: (event, { targets, sizeOf }) => {
      recorder.take(event)
      switch (event.kind) {
        case 'backend':
          return update({ backend: event.backend, note: event.note })
        case 'steps':
          return update({ series: recorder.series() })
        case 'epoch': {
          const { epoch, epochs, seconds } = event.report
          epochSeconds.push(seconds)
          const done = epoch + 1
          return update({
            epoch: done,
            epochs,
            series: recorder.series(),
            secondsLeft: median(epochSeconds.slice(-PACE_EPOCHS)) * (epochs - done),
          })
        }
        case 'preview': {
          const target = targets[event.imageIndex]
          if (target === undefined) return
          const picture = previewPicture(event, target.imageId, sizeOf(target.imageId))
          // Each keeps the place in which it first came: a picture that changes must not jump.
          const shown = cell.get()?.previews ?? []
          const place = shown.findIndex(({ imageId }) => imageId === target.imageId)
          return update({ previews: place < 0 ? [...shown, picture] : shown.with(place, picture) })
        }
        case 'correction':
        case 'checkpoint':
          // Whoever owns the run takes these further; here there is nothing to see.
          return
      }
    },
    end: () => cell.set(null),
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
