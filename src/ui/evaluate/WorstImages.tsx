import type { EvaluationReport } from '../../app/evaluation'
import type { RecordsView } from '../../domain/live'
import type { ImageId } from '../../domain/records'
import { useApp } from '../AppProvider'
import { useThumbnail } from '../useThumbnail'

/** The images that agree least: where the next box or review helps most. */
export function WorstImages({ worst, records }: { worst: EvaluationReport['worst']; records: RecordsView }) {
  if (worst.length === 0) return null
  return (
    <section className="detail worst" aria-label="Worst images">
      <header>
        <h3>Worst images</h3>
        <span className="mute">binary IoU; open one to see why</span>
      </header>
      <ul className="worst-strip scroll">
        {worst.map(({ imageId, iou }) => (
          <WorstImage key={imageId} imageId={imageId} iou={iou} records={records} />
        ))}
      </ul>
    </section>
  )
}

function WorstImage({ imageId, iou, records }: { imageId: ImageId; iou: number; records: RecordsView }) {
  const app = useApp()
  const url = useThumbnail(imageId)
  const record = records.get(imageId)
  const name = record?.type === 'image' ? record.fileName : imageId
  return (
    <li>
      <button
        type="button"
        title={name}
        aria-label={`${name}, IoU ${iou.toFixed(2)}: open in Annotate`}
        onClick={() => {
          app.images.goTo(imageId)
          app.session.setState({ stage: 'annotate' })
        }}
      >
        <span className="worst-picture">{url !== null && <img src={url} alt="" />}</span>
        <span className="worst-caption">
          <span className="ellipsis">{name.slice(name.lastIndexOf('/') + 1)}</span>
          <span className="num">{iou.toFixed(2)}</span>
        </span>
      </button>
    </li>
  )
}
