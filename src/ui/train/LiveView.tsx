import type { LiveTraining } from '../../app/trainingFace'
import type { RecordsView } from '../../domain/live'
import { LivePanel } from './LivePanel'
import { PreviewTile } from './PreviewTile'
import { SeriesPanel } from './SeriesPanel'

/** The training under way: curves above, three changing pictures below. */
export function LiveView({ live, records }: { live: LiveTraining; records: RecordsView }) {
  const nameOf = (imageId: string): string => {
    const image = records.get(imageId)
    return image?.type === 'image' ? image.fileName : imageId
  }
  const run = records.get(live.runId)
  // The training tells its epochs with the first that it ends; what it was asked for stands in the run.
  const asked = run?.type === 'run' && typeof run.params.epochs === 'number' ? run.params.epochs : 0
  const epochs = live.epochs > 0 ? live.epochs : asked
  return (
    <div className="train-middle">
      <LivePanel live={live} epochs={epochs} />
      <SeriesPanel series={live.series} version={live.version} epochs={epochs} />
      <section className="previews" aria-label="What the student sees">
        {live.previews.slice(0, 3).map((preview) => (
          <PreviewTile key={preview.imageId} preview={preview} name={nameOf(preview.imageId)} />
        ))}
        {[0, 1, 2].slice(live.previews.length).map((place) => (
          <div key={place} className="preview-wait">
            {place === 1 && live.previews.length === 0 && (
              <span>Three pictures appear here after the first epoch</span>
            )}
          </div>
        ))}
      </section>
    </div>
  )
}
